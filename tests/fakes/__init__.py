"""Fake providers: real servers on the loopback that check what we send as strictly as the real ones do.

One folder for each provider, all with the same manner: `Fake…` is the server, `person(...)` makes somebody who talks,
`faults` holds what goes wrong on demand. What they share: `server` (listening), `faults`, `clock`, `reading` (what a
person sees), `deliveries` and `outgoing` (requests to the program), `control` (playing a person by hand).

They are written from the providers' documentation and never from our adapters, so that a misunderstanding shows;
nothing here imports anything of Sunup. They ship with it: `sunup fakes` starts them.
"""
