# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures without a camera: the back of an eye, a patch of dry skin, a page of a diary. PNG."""
import math
import random
import struct
import zlib


def png(width, height, pixels):
    """pixels: bytes, three a pixel."""
    rows = b''.join(b'\0' + pixels[y * width * 3:(y + 1) * width * 3] for y in range(height))

    def chunk(kind, data):
        body = kind + data
        return struct.pack('>I', len(data)) + body + struct.pack('>I', zlib.crc32(body))
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0))
            + chunk(b'IDAT', zlib.compress(rows, 9)) + chunk(b'IEND', b''))


def byte(value):
    return 0 if value < 0 else 255 if value > 255 else int(value)


class Canvas:
    def __init__(self, width, height, color):
        self.width, self.height = width, height
        self.rows = [[list(color) for _ in range(width)] for _ in range(height)]

    def spot(self, x, y, radius, color, strength=1.0):
        """A soft disc."""
        for py in range(max(0, int(y - radius)), min(self.height, int(y + radius) + 1)):
            for px in range(max(0, int(x - radius)), min(self.width, int(x + radius) + 1)):
                away = math.hypot(px - x, py - y) / radius
                if away < 1:
                    share = strength * (1 - away * away)
                    pixel = self.rows[py][px]
                    for n in range(3):
                        pixel[n] += (color[n] - pixel[n]) * share

    def vessel(self, x, y, angle, thick, length, color, rng):
        """A curve that grows thinner and branches."""
        bend = rng.uniform(-0.012, 0.012)
        for step in range(int(length)):
            self.spot(x, y, max(0.9, thick), color, 0.55)
            x, y = x + math.cos(angle), y + math.sin(angle)
            angle += bend + rng.uniform(-0.05, 0.05)
            thick *= 0.994
            if step % 42 == 30 and thick > 1.1:
                self.vessel(x, y, angle + rng.choice((-0.6, 0.6)), thick * 0.7, length * 0.45, color, rng)

    def png(self):
        return png(self.width, self.height, bytes(byte(v) for row in self.rows for pixel in row for v in pixel))


def eye(size=240, seed=3, spots=4):
    """The retina of a right eye, with a few microaneurysms."""
    rng = random.Random(seed)
    canvas = Canvas(size, size, (206, 98, 48))
    middle = size / 2
    canvas.spot(middle, middle, size * 0.75, (226, 122, 62), 0.7)
    canvas.spot(middle - size * 0.09, middle, size * 0.13, (150, 60, 32), 0.7)
    disc = (middle + size * 0.23, middle - size * 0.02)
    canvas.spot(*disc, size * 0.1, (255, 226, 160), 1)
    for angle in (-1.9, -2.5, 1.9, 2.5, -0.7, 0.7, -1.2, 1.2):
        canvas.vessel(*disc, angle, 2.6 if abs(angle) > 1.5 else 1.8, size * 0.5, (134, 30, 24), rng)
    for _ in range(spots):
        turn = rng.uniform(0, 6.28)
        canvas.spot(middle - 20 + math.cos(turn) * size * 0.22, middle + math.sin(turn) * size * 0.22, 1.8,
                    (120, 16, 16), 1)
    for y, row in enumerate(canvas.rows):
        for x, pixel in enumerate(row):
            away = math.hypot(x - middle, y - middle) / middle
            shade = 0 if away > 0.97 else 1 - 0.45 * away ** 3
            row[x] = [v * shade for v in pixel]
    return canvas.png()


def skin(width=240, height=180, seed=5):
    """The inside of an elbow with dry, red patches."""
    rng = random.Random(seed)
    canvas = Canvas(width, height, (233, 194, 170))
    for _ in range(60):
        canvas.spot(rng.uniform(0, width), rng.uniform(0, height), rng.uniform(12, 40),
                    (226 + rng.randrange(14), 182 + rng.randrange(16), 156 + rng.randrange(18)), 0.5)
    for x in range(width):                                   # the crease
        canvas.spot(x, height * 0.55 + math.sin(x / 34) * 7, 4, (192, 142, 120), 0.3)
    for _ in range(75):
        x = min(max(rng.gauss(width * 0.52, width * 0.15), 0), width)
        canvas.spot(x, rng.gauss(height * 0.5, height * 0.13), rng.uniform(3, 11), (204, 104, 96), 0.45)
    for _ in range(60):
        canvas.spot(rng.gauss(width * 0.52, width * 0.14), rng.gauss(height * 0.5, height * 0.12), 1.6,
                    (248, 228, 214), 0.8)
    for row in canvas.rows:
        for pixel in row:
            grain = rng.uniform(-5, 5)
            for n in range(3):
                pixel[n] += grain
    return canvas.png()
