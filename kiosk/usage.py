"""The refusal of a command line, which `kiosk` prints as one line."""


class Usage(Exception):
    """The command was asked for something that can't be; the message says what to do."""
