"""Pages for people: the web chat with its WebSocket and uploads.

May import `bots`, `storage`, `conversations` and `core`; never `workers`, `webhooks` or `api`.
Holds no rules: what a person sends here becomes an `InboundMessage` like any other.
A new page is one file here with its template and one line in the table of routes.
"""
