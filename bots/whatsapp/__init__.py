"""WhatsApp over Twilio: one sender, reached through Twilio's Messages and Content APIs.

`adapter.py` fulfils the contract, over `form.py` and `signature.py` (is it Twilio?), `parse.py` (form to message or
report), `render.py` (message to forms), `interpret.py` and `codes.py` (answer to result or error) and `api.py` (the
calls). Beside it, `interactive.py` keeps the contents behind buttons, `content.py` the approved templates, and
`records.py` reads back what Twilio has kept: what we missed, and what we are not sure to have sent.
May import `core` and the channel-neutral files of `bots`.
"""
