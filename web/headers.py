"""Headers that keep a page from doing more than it must."""

from aiohttp import web

_PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
_FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not `no-referrer`: with it some browsers send `Origin: null`, and the origin is what we check.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(self), geolocation=(), payment=(), usb=()",
}


def secure(response: web.Response) -> web.Response:
    """Return a page's, script's or answer's response with the strict policy of our own pages."""
    response.headers.update(_ALWAYS)
    response.headers["Content-Security-Policy"] = _PAGE_POLICY
    return response


def secure_file(response: web.Response) -> web.Response:
    """Return a person's file with a policy under which nothing in it can run."""
    response.headers.update(_ALWAYS)
    response.headers["Content-Security-Policy"] = _FILE_POLICY
    return response
