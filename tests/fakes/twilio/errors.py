"""What Twilio says when it says no.

Source: the error dictionary of Twilio's documentation; the body is the same for every product.
"""

from typing import Any

Json = dict[str, Any]

MESSAGES = {
    20001: "Bad request",
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    21211: "Invalid 'To' Phone Number",
    21603: "A 'From' phone number is required",
    21604: "A 'To' phone number is required",
    21609: "The 'StatusCallback' URL is not a valid URL",
    21610: "Attempt to send to unsubscribed recipient",
    21617: "The concatenated message body exceeds the 1600 character limit",
    21619: "A text message body or media urls must be specified",
    21620: "Invalid media URL(s)",
    21655: "The ContentSid is Invalid",
    21656: "The Content Variables parameter is invalid",
    21910: "Invalid 'From' and 'To' pair. 'From' and 'To' should be of the same channel",
    63007: "Twilio could not find a Channel with the specified From address",
    63018: "Rate limit exceeded for Channel",
}


class Refused(Exception):
    """The server says no at once."""

    def __init__(self, status: int, code: int, message: str = "") -> None:
        self.status = status
        self.code = code
        self.message = message or MESSAGES.get(code, "Error")
        super().__init__(f"{code} {self.message}")

    def as_json(self) -> Json:
        """Return the body of the answer."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def bad_request(code: int, message: str = "") -> Refused:
    """Return what a wrong parameter is answered with."""
    return Refused(400, code, message)
