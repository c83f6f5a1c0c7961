#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures that are sent say nothing of where they were taken: as ImageMagick reads what the portal got.

The same pixels, the same way up, the same colours; no place, no name, no words of the camera.
"""
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import urllib.request
import zlib

import tap
from portal import SOURCE, Client, Portal

sys.path.insert(0, os.path.join(SOURCE, 'tests', 'bench'))
import page_yardstick  # noqa: E402

SECRETS = (b'47/1,22/1', b'Zuerich', b'exif:GPS', b'SECRETCAM', b'http://ns.adobe.com/xap')


def exif():
    """A camera's: turned by 90 degrees, its make, and a place in degrees."""
    make = b'SECRETCAM\0'
    place = struct.pack('>6I', 47, 1, 22, 1, 40, 1)
    main, gps = 8, 8 + 2 + 3 * 12 + 4 + len(make)
    entries = struct.pack('>HHI', 0x010f, 2, len(make)) + struct.pack('>I', main + 2 + 3 * 12 + 4)
    entries += struct.pack('>HHIHH', 0x0112, 3, 1, 6, 0) + struct.pack('>HHII', 0x8825, 4, 1, gps)
    gps_entries = struct.pack('>HHI', 1, 2, 2) + b'N\0\0\0' + struct.pack('>HHII', 2, 5, 3, gps + 2 + 2 * 12 + 4)
    return (b'MM\0*' + struct.pack('>I', main) + struct.pack('>H', 3) + entries + bytes(4) + make
            + struct.pack('>H', 2) + gps_entries + bytes(4) + place)


def spoil(path):
    """Puts the camera's words into a picture, each kind in its own way."""
    with open(path, 'rb') as file:
        data = file.read()
    if path.endswith('.jpg'):
        segment = b'Exif\0\0' + exif()
        xmp = b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>Zuerich</x:xmpmeta>'
        data = data[:2] + b''.join(b'\xff\xe1' + struct.pack('>H', len(s) + 2) + s for s in (segment, xmp)) + data[2:] + data
    elif path.endswith('.png'):
        chunk = b'eXIf' + exif()
        data = data[:33] + struct.pack('>I', len(chunk) - 4) + chunk + struct.pack('>I', zlib.crc32(chunk)) + data[33:]
    else:
        def part(name, body):
            return name + struct.pack('<I', len(body)) + body + bytes(len(body) % 2)
        size = subprocess.run(['identify', '-format', '%w %h', path], capture_output=True, text=True, check=True).stdout.split()
        width, height = (int(n) - 1 for n in size)
        head = bytes([0x0c, 0, 0, 0]) + struct.pack('<I', width)[:3] + struct.pack('<I', height)[:3]
        body = (b'WEBP' + part(b'VP8X', head) + data[12:] + part(b'EXIF', exif())
                + part(b'XMP ', b'<x:xmpmeta>Zuerich</x:xmpmeta>'))
        data = b'RIFF' + struct.pack('<I', len(body)) + body
    with open(path, 'wb') as file:
        file.write(data)


def identify(path):
    return subprocess.run(['identify', '-verbose', path], capture_output=True, text=True, errors='replace', check=True).stdout


def orientation(said):
    return re.search(r'Orientation: (\S+)', said).group(1)


def fetch(portal, url):
    token = page_yardstick.token(portal.port, 'me', scope='launch/patient patient/*.rs')[0]
    request = urllib.request.Request(portal.url + 'fhir/' + url, headers={'Authorization': 'Bearer ' + token, 'Accept': '*/*'})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


def assert_same_pixels(one, other):
    done = subprocess.run(['compare', '-metric', 'AE', one, other, 'null:'], capture_output=True, text=True)
    # It may warn of what was put in behind the number.
    assert done.returncode == 0 and re.match(r'0(\D|$)', done.stderr), done.stderr


def check(portal, client, folder, name):
    path, came = os.path.join(folder, name), os.path.join(folder, 'came-' + name)
    subprocess.run(['convert', '-size', '60x40', 'plasma:red-blue', '-seed', '1', path], check=True)
    spoil(path)
    before = identify(path)
    assert orientation(before) == 'RightTop' or not name.endswith('.jpg'), before
    said = client('message', '--topic', name, '--attach', path, check=0)
    assert said['state'] == 'sent', said
    client('sync', check=0)
    message = json.loads(client('show', said['reference'], '--json') and client.stdout)
    attachment = message['payload'][0]['contentAttachment']
    with open(came, 'wb') as file:
        file.write(fetch(portal, attachment['url']))
    with open(came, 'rb') as file:
        data = file.read()
    assert attachment['size'] == len(data) and attachment['title'] == name, attachment
    for secret in (*SECRETS, struct.pack('>6I', 47, 1, 22, 1, 40, 1)):
        assert secret not in data, secret
    after = identify(came)
    assert 'GPS' not in after and 'SECRETCAM' not in after, after
    assert orientation(after) == orientation(before), (orientation(before), orientation(after))
    assert_same_pixels(path, came)


def main():
    with tempfile.TemporaryDirectory() as folder, Portal() as portal, Client() as client:
        portal.load_text({'resourceType': 'Patient', 'id': 'me'})
        portal.account('me', 'me')
        portal.start()
        client.sign_in(portal.url, 'me')
        for name in ('photo.jpg', 'photo.png', 'photo.webp'):
            tap.run(f'{name} arrives as it looks, and says no more', lambda name=name: check(portal, client, folder, name))
        film = os.path.join(folder, 'film.jpg')
        with open(film, 'wb') as file:
            file.write(b'\0\0\0\x18ftypheic' + bytes(100))
        client('message', '--topic', 'film', '--attach', film, check=1)
        tap.point('JPEG' in client.stdout, 'what is no picture is refused before anything is sent, with a reason', client.stdout)
        tap.equal(client('outbox', check=0), [], 'and nothing waits')
    tap.done()


main()
