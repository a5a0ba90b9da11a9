# A mail server for tests: smtpd.py PORT CERT KEY FILE implicit|starttls. It takes mail from whoever signs in, and appends
# each message to FILE as a line of JSON.
import asyncio, json, os, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult

port, cert, key, path, mode = int(sys.argv[1]), *sys.argv[2:6]
tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
tls.load_cert_chain(cert, key)


class Handler:
    async def handle_DATA(self, server, session, envelope):
        if os.path.exists(path + ".refuse"):
            return "451 4.3.0 try again later"
        with open(path, "a") as f:
            f.write(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None or mode == "implicit",
                                "login": bool(session.authenticated), "data": envelope.content.decode()}) + "\n")
            f.flush()
            os.fsync(f.fileno())
        return "250 2.0.0 taken"


def known(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"kidoban" and data.password == b"correct horse")


def session():
    return SMTP(Handler(), authenticator=known, auth_required=True, auth_require_tls=mode != "implicit",
                require_starttls=mode != "implicit", tls_context=tls if mode != "implicit" else None)


async def main():
    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", port, ssl=tls if mode == "implicit" else None)
    async with server:
        await server.serve_forever()

asyncio.run(main())
