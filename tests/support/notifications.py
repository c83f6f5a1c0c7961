#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop's notification service: each call is a line of JSON on stdout; "press ID" on stdin presses a notification.

Runs in a session of its own bus (tests/support/headless). Notices() starts it and keeps what was told.
"""
import json
import os
import subprocess
import sys
import threading

XML = """<node><interface name='org.freedesktop.Notifications'>
<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>
<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/><arg type='a{sv}' direction='in'/>
<arg type='i' direction='in'/><arg type='u' direction='out'/></method>
<method name='CloseNotification'><arg type='u' direction='in'/></method>
<method name='GetCapabilities'><arg type='as' direction='out'/></method>
<method name='GetServerInformation'><arg type='s' direction='out'/><arg type='s' direction='out'/>
<arg type='s' direction='out'/><arg type='s' direction='out'/></method>
<signal name='NotificationClosed'><arg type='u'/><arg type='u'/></signal>
<signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal></interface></node>"""
PATH, NAME = '/org/freedesktop/Notifications', 'org.freedesktop.Notifications'


class Notices:
    """told: every Notify as (id, title, body); shown: the ids that stand on the desktop."""

    def __init__(self):
        self.process = subprocess.Popen(['/usr/bin/python3', os.path.abspath(__file__)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.told, self.shown = [], set()
        assert json.loads(self.process.stdout.readline()) == ['ready']
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            what, number, *words = json.loads(line)
            if what == 'notify':
                self.shown.add(number)
                self.told.append((number, *words))
            else:
                self.shown.discard(number)

    def press(self, number):
        self.process.stdin.write(f'{number}\n')
        self.process.stdin.flush()

    def stop(self):
        self.process.terminate()
        self.process.wait()


def main():
    from gi.repository import Gio, GLib
    last = 0

    def say(*words):
        print(json.dumps(words), flush=True)

    def call(bus, sender, path, interface, method, arguments, invocation):
        nonlocal last
        values = arguments.unpack()
        if method == 'Notify':
            if not values[1]:
                last += 1
            say('notify', values[1] or last, values[3], values[4])
            invocation.return_value(GLib.Variant('(u)', (values[1] or last,)))
        elif method == 'CloseNotification':
            say('close', values[0])
            invocation.return_value(None)
            bus.emit_signal(None, PATH, NAME, 'NotificationClosed', GLib.Variant('(uu)', (values[0], 3)))
        elif method == 'GetCapabilities':
            invocation.return_value(GLib.Variant('(as)', (['body', 'actions'],)))
        else:
            invocation.return_value(GLib.Variant('(ssss)', ('test', 'test', '1', '1.2')))

    def press(channel, condition):
        line = sys.stdin.readline()
        if not line:
            return False
        bus.emit_signal(None, PATH, NAME, 'ActionInvoked', GLib.Variant('(us)', (int(line), 'default')))
        return True

    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    node = Gio.DBusNodeInfo.new_for_xml(XML)
    bus.register_object(PATH, node.interfaces[0], call, None, None)
    Gio.bus_own_name_on_connection(bus, NAME, Gio.BusNameOwnerFlags.NONE, lambda *_: say('ready'), None)
    GLib.io_add_watch(sys.stdin.fileno(), GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN, press)
    GLib.MainLoop().run()


if __name__ == '__main__':
    main()
