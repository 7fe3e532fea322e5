"""A real SMTP server on this machine, for tests that send mail."""

import asyncio
import email
import email.policy
import threading
from types import SimpleNamespace

from aiosmtpd.smtp import SMTP


class Mailbox:
    """Keeps what it takes; answers `refuse` instead as often as `refusals` says."""

    def __init__(self):
        self.taken = []
        self.refusals = 0

    async def handle_DATA(self, server, session, envelope):
        if self.refusals:
            self.refusals -= 1
            return "451 4.3.0 come back later"
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.taken.append(
            SimpleNamespace(
                sender=envelope.mail_from,
                to=envelope.rcpt_tos,
                subject=message["subject"],
                text=message.get_body(("plain",)).get_content().replace("\r\n", "\n"),
                headers=message,
            )
        )
        return "250 OK"


class SmtpServer:
    """In a thread with a loop of its own; its port is free because the system chose it."""

    def __init__(self):
        self.mailbox = Mailbox()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self):
        self._thread.start()
        self._server = self._run(
            self._loop.create_server(lambda: SMTP(self.mailbox), "127.0.0.1", 0)
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def url(self, to="owner@nest.example"):
        return f"mailto://127.0.0.1:{self.port}?from=haus@nest.example&to={to}&mode=insecure"

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)
