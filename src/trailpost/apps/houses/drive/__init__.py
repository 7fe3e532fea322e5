"""Images from a Google Drive folder: the client of its API, and the job that mirrors the folder."""


class DriveRefused(Exception):
    """Drive will not let us, however often we ask; the message says what to mend."""


class Gone(Exception):
    """The file was deleted since the folder was listed."""
