# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's Chromium without a window, by the DevTools protocol over a pipe.

`Chromium` is a context manager; `page()` opens one page in a profile of its own. People's ways only: keys and text go in
as events, `evaluate` is for looking.
"""
import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

from portal import Failed, wait_for

KEYS = {'Tab': 9, 'Enter': 13, ' ': 32, 'ArrowDown': 40}
OPTIONS = ['--headless=new', '--no-sandbox', '--remote-debugging-pipe', '--no-first-run', '--disable-gpu', '--no-proxy-server',
           '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-extensions',
           '--disable-dev-shm-usage', '--lang=en', 'about:blank']
QUIET = 30


class Chromium:
    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix='chromium.')
        (theirs_in, self.out), (self.into, theirs_out) = os.pipe(), os.pipe()
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 20) for fd in (theirs_in, theirs_out)]      # Chromium's are 3 and 4
        self.process = subprocess.Popen(
            ['bash', '-c', f'exec 3<&{high[0]} 4>&{high[1]} {high[0]}<&- {high[1]}>&-; exec "$@"', 'bash', 'chromium',
             f'--user-data-dir={self.folder}', *OPTIONS], pass_fds=high, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, 'HOME': self.folder})
        for fd in (theirs_in, theirs_out, *high):
            os.close(fd)
        self.left, self.number, self.events = b'', 0, []
        self.version = self.call('Browser.getVersion')['product']
        return self

    def __exit__(self, *_):
        try:
            self.call('Browser.close')
            self.process.wait(10)
        except (Failed, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self.out)
        os.close(self.into)
        shutil.rmtree(self.folder, ignore_errors=True)

    def read(self, seconds):
        """One message, or None; an event is kept as well."""
        end = time.monotonic() + seconds
        while b'\0' not in self.left:
            if not select.select([self.into], [], [], max(0, end - time.monotonic()))[0]:
                return None
            more = os.read(self.into, 1 << 20)
            if not more:
                raise Failed('Chromium has gone')
            self.left += more
        text, self.left = self.left.split(b'\0', 1)
        message = json.loads(text)
        if 'method' in message:
            self.events.append(message)
        return message

    def call(self, method, params=None, session=None):
        self.number += 1
        request = {'id': self.number, 'method': method, 'params': params or {}, **({'sessionId': session} if session else {})}
        os.write(self.out, json.dumps(request).encode() + b'\0')
        while True:
            message = self.read(QUIET)
            if message is None:
                raise Failed(f'Chromium does not answer {method}')
            if message.get('id') == self.number:
                if 'error' in message:
                    raise Failed(f'{method}: {message["error"]}')
                return message['result']

    def page(self, width=1200, height=900, dark=False):
        return Page(self, width, height, dark)


class Page:
    def __init__(self, browser, width, height, dark):
        self.browser = browser
        self.context = browser.call('Target.createBrowserContext')['browserContextId']
        self.target = browser.call('Target.createTarget', {'url': 'about:blank', 'browserContextId': self.context})['targetId']
        self.session = browser.call('Target.attachToTarget', {'targetId': self.target, 'flatten': True})['sessionId']
        for domain in ('Page', 'Runtime', 'Log', 'Audits', 'Accessibility', 'Network'):
            self.call(f'{domain}.enable')
        self.call('Page.setLifecycleEventsEnabled', {'enabled': True})
        self.shape(width, height, dark)

    def call(self, method, params=None):
        return self.browser.call(method, params, self.session)

    def shape(self, width, height=900, dark=False):
        self.call('Emulation.setDeviceMetricsOverride', {'width': width, 'height': height, 'deviceScaleFactor': 1, 'mobile': False})
        self.call('Emulation.setEmulatedMedia', {'features': [{'name': 'prefers-color-scheme', 'value': 'dark' if dark else 'light'}]})

    def settle(self, before):
        """Waits for the end of a load that began after event `before`."""
        def done():
            self.browser.read(0.02)
            return any(e['method'] == 'Page.lifecycleEvent' and e['params']['name'] == 'load' and e.get('sessionId') == self.session
                       and e['params']['frameId'] == self.target for e in self.browser.events[before:])
        wait_for(done, QUIET, 'a page')

    def goto(self, url):
        before = len(self.browser.events)
        self.call('Page.navigate', {'url': url})
        self.settle(before)

    def evaluate(self, script):
        result = self.call('Runtime.evaluate', {'expression': script, 'returnByValue': True, 'awaitPromise': True})
        if 'exceptionDetails' in result:
            raise Failed(str(result['exceptionDetails'])[:500])
        return result['result'].get('value')

    def press(self, key, loads=False, shift=False):
        before = len(self.browser.events)
        params = {'key': key, 'code': 'Space' if key == ' ' else key, 'windowsVirtualKeyCode': KEYS[key], 'modifiers': 8 if shift else 0}
        text = {'Enter': '\r', ' ': ' '}.get(key)
        self.call('Input.dispatchKeyEvent', {'type': 'keyDown' if text else 'rawKeyDown', **params, **({'text': text} if text else {})})
        self.call('Input.dispatchKeyEvent', {'type': 'keyUp', **params})
        if loads:
            self.settle(before)

    def type(self, text):
        self.call('Input.insertText', {'text': text})

    def focus(self):
        """What has the keyboard: its label or words."""
        return self.evaluate('(e => e === document.body ? "" : e.labels?.length ? e.labels[0].innerText : e.innerText)'
                             '(document.activeElement)').strip()

    def tab_to(self, words):
        for _ in range(30):
            if words in self.focus():
                return
            self.press('Tab')
        raise Failed(f'Tab does not reach {words!r}; the focus is at {self.focus()!r}')

    def url(self):
        return self.evaluate('location.href')

    def heading(self):
        return self.evaluate('document.querySelector("h1")?.innerText')

    def complaints(self):
        """What the console and the issues panel say, of this page's whole life."""
        said = []
        for event in self.browser.events:
            if event.get('sessionId') != self.session:
                continue
            if event['method'] == 'Log.entryAdded' and event['params']['entry']['level'] in ('error', 'warning'):
                entry = event['params']['entry']
                if not entry['text'].startswith('Failed to load resource: the server responded with a status of 4'):   # of the page itself
                    said.append(f'{entry["text"]} {entry.get("url", "")}')
            elif event['method'] == 'Runtime.exceptionThrown' or event['method'] == 'Runtime.consoleAPICalled':
                said.append(str(event['params'])[:300])
            elif event['method'] == 'Audits.issueAdded':
                said.append(str(event['params']['issue'])[:500])
        return said

    def unnamed(self):
        """Fields and buttons that a screen reader has no name for."""
        nodes = self.call('Accessibility.getFullAXTree')['nodes']
        roles = ('textbox', 'button', 'checkbox', 'radio', 'link', 'region')
        return [n['role']['value'] for n in nodes if not n.get('ignored') and n['role']['value'] in roles
                and not n.get('name', {}).get('value')]

    def picture(self, path):
        height = self.evaluate('document.documentElement.scrollHeight')
        data = self.call('Page.captureScreenshot', {'captureBeyondViewport': True, 'clip': {
            'x': 0, 'y': 0, 'scale': 1, 'width': self.evaluate('innerWidth'), 'height': max(height, 500)}})['data']
        with open(path, 'wb') as file:
            file.write(base64.b64decode(data))
