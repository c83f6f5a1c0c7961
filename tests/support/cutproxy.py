# SPDX-License-Identifier: GPL-3.0-or-later
"""An HTTP proxy that cuts where it hurts: before a request, in it, in its answer, or after the portal has done it.

CutProxy(port) listens on `url`; cut(what, method, part) arms it for the next request with that method:
  before  the request never reaches the portal
  during  the portal gets a part of it
  after   the portal does it, and nothing of its answer comes back
  answer  a part of the answer comes back
Each cut is a reset to both sides. `hit` counts the cuts that were made.
"""
import socket
import struct
import threading


class CutProxy:
    def __init__(self, port):
        self.target = port
        self.armed = []
        self.hit = 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.url = f'http://127.0.0.1:{self.listener.getsockname()[1]}/'
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def cut(self, what, method, part=0.5):
        with self.lock:
            self.armed.append((what, method, part))

    def disarm(self):
        with self.lock:
            self.armed.clear()

    def take(self, method):
        with self.lock:
            for each in self.armed:
                if each[1] == method:
                    self.armed.remove(each)
                    self.hit += 1
                    return each
        return None, None, 0

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        server = None
        try:
            server = socket.create_connection(('127.0.0.1', self.target))
            for each in (client, server):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while self.exchange(client, server):
                pass
        except OSError:
            pass
        finally:
            for each in (client, server):
                if each is not None:
                    reset(each)

    def exchange(self, client, server):
        """One request and its answer; whether the connection goes on."""
        request = read_message(client)
        if not request:
            return False
        method = request.split(b' ', 1)[0].decode()
        what, _, part = self.take(method)
        if what == 'before':
            return False
        if what == 'during':
            server.sendall(request[:max(1, int(len(request) * part))])
            return False
        server.sendall(request)
        answer = read_message(server, head=method == 'HEAD')
        if not answer or what == 'after':
            return False
        if what == 'answer':
            client.sendall(answer[:max(1, int(len(answer) * part))])
            return False
        client.sendall(answer)
        return b'connection: close' not in answer.partition(b'\r\n\r\n')[0].lower()


def reset(one):
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    except OSError:
        pass
    one.close()


def read_message(one, head=False):
    """All of a request or an answer; what there is when the other side ends it."""
    got = b''
    while b'\r\n\r\n' not in got:
        more = one.recv(65536)
        if not more:
            return got
        got += more
    top, _, body = got.partition(b'\r\n\r\n')
    fields = dict(line.split(b':', 1) for line in top.lower().split(b'\r\n')[1:] if b':' in line)
    parts, length = [body], len(body)
    if head or top.split(b' ')[1] in (b'204', b'304'):
        return got
    if b'content-length' in fields:
        while length < int(fields[b'content-length']):
            parts.append(one.recv(65536))
            length += len(parts[-1])
            if not parts[-1]:
                break
    elif b'chunked' in fields.get(b'transfer-encoding', b''):
        tail = body
        while not tail.endswith(b'0\r\n\r\n'):
            parts.append(one.recv(65536))
            if not parts[-1]:
                break
            tail = (tail + parts[-1])[-64:]
    return top + b'\r\n\r\n' + b''.join(parts)
