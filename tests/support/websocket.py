# SPDX-License-Identifier: GPL-3.0-or-later
"""A WebSocket client for tests (RFC 6455): text frames up to 125 bytes, pings answered, closes heard."""
import base64
import os
import socket
import struct
import time


class Refused(Exception):
    """The handshake was answered otherwise; says how."""


class WebSocket:
    def __init__(self, port, token, path='/fhir/websocket', timeout=30, tls=None, window=None):
        key = base64.b64encode(os.urandom(16)).decode()
        self.waiting = b''
        self.closed = None          # the close code
        self.socket = socket.socket()
        self.socket.settimeout(timeout)
        if window:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        self.socket.connect(('127.0.0.1', port))
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname='localhost')
        self.socket.sendall((f'GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
                             f'Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n'
                             f'Authorization: Bearer {token}\r\n\r\n').encode())
        while b'\r\n\r\n' not in self.waiting:
            more = self.socket.recv(4096)
            if not more:
                raise Refused('hung up')
            self.waiting += more
        head, _, self.waiting = self.waiting.partition(b'\r\n\r\n')
        if not head.startswith(b'HTTP/1.1 101'):
            self.socket.close()
            raise Refused(head.split(b'\r\n')[0].decode())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, opcode, payload):
        mask = os.urandom(4)
        self.socket.sendall(struct.pack('!BB', 0x80 | opcode, 0x80 | len(payload)) + mask +
                            bytes(b ^ mask[n % 4] for n, b in enumerate(payload)))

    def say(self, text):
        self.send(1, text.encode())

    def take(self):
        """(opcode, payload) of the next frame that is here as a whole, or None"""
        if len(self.waiting) < 2 or len(self.waiting) < 2 + (self.waiting[1] & 0x7f):
            return None
        length = self.waiting[1] & 0x7f
        frame = self.waiting[0] & 0xf, self.waiting[2:2 + length]
        self.waiting = self.waiting[2 + length:]
        return frame

    def hear(self, timeout=30):
        """The next text; None when the other side closed, TimeoutError when it says nothing."""
        end = time.monotonic() + timeout
        while self.closed is None:
            frame = self.take()
            if frame is None:
                self.socket.settimeout(max(end - time.monotonic(), 0.001))
                more = self.socket.recv(4096)
                if not more:
                    self.closed = 1006
                self.waiting += more
            elif frame[0] == 1:
                return frame[1].decode()
            elif frame[0] == 9:
                self.send(10, frame[1])
            elif frame[0] == 8:
                self.closed = struct.unpack('!H', frame[1][:2])[0] if len(frame[1]) >= 2 else 1005
        return None

    def wait_for(self, text, timeout=30):
        end = time.monotonic() + timeout
        while True:
            heard = self.hear(end - time.monotonic())
            if heard == text:
                return
            if heard is None:
                raise AssertionError(f'closed with {self.closed} before {text}')
