"""Listening: what an operator is told where nobody can listen at the address that the settings name."""

import errno

from core import errors


def no_place(variable: str, port: int, host: str, error: OSError) -> errors.ConfigurationError:
    """Return the error that says why nobody can listen there, and what would be right.

    Args:
        variable: The setting that names the port.
        port: The port.
        host: The address, as SUNUP_HTTP_HOST names it.
        error: What the system said.
    """
    match error.errno:
        case errno.EADDRINUSE:
            said = f"{variable} is {port}, where something else listens on {host}; end that, or choose another port"
        case errno.EACCES:
            said = f"{variable} is {port}, where this user may not listen; choose a port from 1024 on"
        case _:
            said = (
                f"SUNUP_HTTP_HOST is {host!r} but must be an address of this machine, for example 127.0.0.1 or 0.0.0.0"
            )
    return errors.ConfigurationError(f"{said}.")
