"""What a user can do something about.  Light: the command line imports it before anything else."""


class UserError(Exception):
    """A mistake of the user's or a lack of the machine's: its text is the one sentence that the command line prints."""


class AuthoringError(UserError):
    """A fault in a chapter's source; the message says what, where and what to do."""
