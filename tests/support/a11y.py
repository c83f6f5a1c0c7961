# SPDX-License-Identifier: GPL-3.0-or-later
"""The screen reader's view of a running program: find, read, click, type.

libatspi through GObject introspection, GTK 4.8 to 4.18. Run with /usr/bin/python3 inside
tests/support/headless. What GTK 4.8 cannot do by AT-SPI (focus, list activation) goes through
xdotool, which needs no window manager once the window has the X focus.
"""
import os
import re
import signal
import subprocess
import tempfile
import time
import warnings

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

warnings.simplefilter('ignore', DeprecationWarning)
Atspi.set_timeout(3000, 3000)
# GTK 4 has no /org/a11y/atspi/cache; libatspi says so for every program it meets.
GLib.log_set_handler('dbind', GLib.LogLevelFlags.LEVEL_WARNING, lambda *_: None, None)

# GTK 4.8 uses the class name where a widget has no accessible name.
CLASS_NAME = re.compile(r'^(Gtk|Adw|Cairn)[A-Z]\w*$')
INTERACTIVE = {'push button', 'toggle button', 'check box', 'radio button', 'entry', 'text',
               'password text', 'combo box', 'spin button', 'slider', 'link', 'menu item',
               'list', 'list item', 'table', 'tree', 'switch', 'page tab', 'search box'}


def settle():
    """AT-SPI caches nodes per process: lets the change events in."""
    context = GLib.MainContext.default()
    while context.pending():
        context.iteration(False)


def size(node):
    """(width, height), or None when hidden: hidden stack pages stay VISIBLE in 4.8 but are 0x0."""
    try:
        e = node.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
        return (e.width, e.height) if e.width > 0 and e.height > 0 else None
    except (GLib.Error, AttributeError):
        return None


def hidden(node):
    """Whether neither it nor anything in it can be seen: laid out, but with no room."""
    component = node.get_component_iface()
    if component is None:
        return False
    e = component.get_extents(Atspi.CoordType.WINDOW)
    return e.width <= 0 or e.height <= 0


def text(node):
    """The text of an entry or text view (-1 as the end gives '')."""
    return Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node))


def set_text(node, value):
    Atspi.EditableText.set_text_contents(node, value)


def has(node, state):
    return node.get_state_set().contains(getattr(Atspi.StateType, state))


def actions(node):
    a = node.get_action_iface()
    return [a.get_action_name(i) for i in range(a.get_n_actions())] if a else []


def do(node, action='click'):
    return node.get_action_iface().do_action(actions(node).index(action))


def shot(path, window='root'):
    subprocess.run(['import', '-window', str(window), path], check=True)


def shot_of_failure():
    """A picture of what a journey stumbled over, where JOURNEY_SHOT says."""
    if os.environ.get('JOURNEY_SHOT'):
        shot(os.environ['JOURNEY_SHOT'])


def xdo(*args):
    subprocess.run(['xdotool', *map(str, args)], check=True)


def keys(*names):
    xdo('key', *names)


def type_text(string):
    xdo('type', '--delay', '8', string)


def label_of(node):
    """A node's name, or that of its first named descendant (list items are nameless on 4.8)."""
    name = (node.get_name() or '').strip()
    if name and not CLASS_NAME.match(name):
        return name
    for i in range(node.get_child_count()):
        child = node.get_child_at_index(i)
        if child is not None and (found := label_of(child)):
            return found
    return ''


def own_folders(**more):
    """A folder for one program, and the environment in which it keeps its files there."""
    folder = tempfile.mkdtemp(prefix='program.')
    env = dict(os.environ, GSETTINGS_BACKEND='memory', **more)
    for name in ('DATA', 'CACHE', 'STATE', 'CONFIG'):
        env[f'XDG_{name}_HOME'] = os.path.join(folder, name.lower())
        os.makedirs(env[f'XDG_{name}_HOME'], mode=0o700)
    return folder, env


class Started:
    """What App needs of a process that is nobody's child here."""

    def __init__(self, pid):
        self.pid, self.returncode = pid, None

    def poll(self):
        try:
            with open(f'/proc/{self.pid}/stat', encoding='ascii', errors='replace') as stat:
                state = stat.read().rpartition(')')[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return 0
        return 0 if state == 'Z' else None   # where nobody waits for it

    def send_signal(self, number):
        os.kill(self.pid, number)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout=10):
        end = time.time() + timeout
        while self.poll() is None:
            if time.time() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.05)
        return 0


class App:
    """A started program. A11Y_APP names it when its pid is another one (in a sandbox)."""

    def __init__(self, argv, timeout=20, **popen):
        self.started = time.time()
        self.process = subprocess.Popen(argv, **popen)
        self.node = self.wait(self._find, timeout, 'application')
        self.seconds_to_found = time.time() - self.started

    @classmethod
    def of_pid(cls, pid, timeout=20):
        """A program that somebody else started."""
        self = cls.__new__(cls)
        self.started = time.time()
        self.process = Started(pid)
        self.node = self.wait(self._find, timeout, 'application')
        self.seconds_to_found = time.time() - self.started
        return self

    def _find(self):
        if self.process.poll() is not None:
            raise RuntimeError(f'the program ended with {self.process.returncode}')
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            try:
                app = desktop.get_child_at_index(i)
                if (app and (app.get_process_id() == self.process.pid
                             or app.get_name() == os.environ.get('A11Y_APP'))
                        and app.get_child_count()
                        and app.get_child_at_index(0).get_child_count()):
                    return app
            except GLib.Error:
                pass
        return None

    def wait(self, fn, timeout=5, what='condition'):
        """fn's first true result; AssertionError naming `what` after timeout seconds."""
        end = time.time() + timeout
        while True:
            settle()
            try:
                result = fn()
                if result:
                    return result
            except (GLib.Error, AttributeError):
                pass                            # a node vanished while we walked
            if time.time() > end:
                raise AssertionError('timed out waiting for ' + what)
            time.sleep(0.03)

    def walk(self, node=None, shown=False):
        """All nodes, or all that are shown: a list has ten rows in store for one on the screen."""
        node = node or self.node
        if node is self.node:
            node.clear_cache()
        yield node
        if shown and hidden(node):
            return
        for i in range(node.get_child_count()):
            child = node.get_child_at_index(i)
            if child is not None:
                yield from self.walk(child, shown)

    def find(self, role=None, name=None, shown=True, timeout=5, below=None):
        """The first node with that role and name (a string or a compiled pattern)."""
        def match():
            for node in self.walk(below, shown):
                if role and node.get_role_name() != role:
                    continue
                if name is not None:
                    own = node.get_name() or ''
                    if not (name.search(own) if hasattr(name, 'search') else own == name):
                        continue
                if shown and not size(node):
                    continue
                return node
            return None
        return self.wait(match, timeout, f'{role} {name!r}')

    def focused(self):
        """What has the keyboard, or None."""
        for node in self.walk():
            if has(node, 'FOCUSED') and node.get_role_name() not in ('frame', 'window'):
                return node
        return None

    def gone(self, role=None, name=None, timeout=5):
        """Waits until no such node is shown."""
        def absent():
            try:
                self.find(role, name, timeout=0)
                return False
            except AssertionError:
                return True
        return self.wait(absent, timeout, f'the end of {role} {name!r}')

    def names(self, role=None, shown=True):
        settle()
        return [n.get_name() for n in self.walk(shown=shown)
                if (not role or n.get_role_name() == role) and (not shown or size(n))]

    def window(self, name=None):
        """The X window's number; gives it the keyboard focus (nobody else does)."""
        name = name or self.node.get_child_at_index(0).get_name()
        out = self.wait(lambda: subprocess.run(
            ['xdotool', 'search', '--onlyvisible', '--pid', str(self.process.pid), '--name', name],
            capture_output=True, text=True).stdout.split(), 5, 'the X window')
        xdo('windowfocus', '--sync', out[0])
        return out[0]

    def point(self, node, dx=None):
        """Where on the screen the middle of a node is, or the point dx pixels from its left edge."""
        wid = self.window()
        geometry = dict(re.findall(r'^(\w+)=(-?\d+)$', subprocess.run(
            ['xdotool', 'getwindowgeometry', '--shell', wid],
            capture_output=True, text=True).stdout, re.M))
        frame = self.node.get_child_at_index(0).get_component_iface().get_extents(
            Atspi.CoordType.WINDOW)
        # AT-SPI's origin lies inside the border that the window draws itself
        border = (int(geometry['WIDTH']) - frame.width) // 2
        e = node.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
        x = int(geometry['X']) + border + e.x + (e.width // 2 if dx is None else dx)
        return x, int(geometry['Y']) + border + e.y + e.height // 2

    def click(self, node, button=1, times=1, dx=None):
        """A real click in the middle of a node, or dx pixels from its left edge."""
        x, y = self.point(node, dx)
        xdo('mousemove', x, y, 'click', '--repeat', times, '--delay', 60, button)

    def unnamed(self, nodes=None):
        """Interactive nodes that a screen reader could not name: [(role, name, description)]."""
        out = []
        settle()
        for node in nodes or self.walk(shown=True):
            role = node.get_role_name()
            if role not in INTERACTIVE or not size(node):
                continue
            if not (has(node, 'FOCUSABLE') and has(node, 'SENSITIVE')):
                continue
            name = label_of(node) if role == 'list item' else (node.get_name() or '').strip()
            if name and not CLASS_NAME.match(name):
                continue
            if role == 'push button' and node.get_description():
                continue                        # libadwaita's own button in password rows
            if role == 'list' and node.get_child_count() and label_of(node):
                continue                        # a preferences group without a title
            out.append((role, name, node.get_description()))
        return out

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
