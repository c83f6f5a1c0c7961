# SPDX-License-Identifier: GPL-3.0-or-later
"""A small PDF writer: pages of words, lines and tables in the fonts that every viewer has.

Streams are not compressed and a date is written as DD Mon YYYY in one string, so that
`cairn-portal --demo` can move it in place to today. The same words give the same bytes.
"""
import re

WIDTH, HEIGHT = 612, 792                                 # US letter, points
FONTS = {'regular': ('F1', 'Helvetica'), 'bold': ('F2', 'Helvetica-Bold'), 'italic': ('F3', 'Helvetica-Oblique'),
         'hand': ('F4', 'Times-Italic')}

# Widths in thousandths of the size, space to tilde (Adobe's font metrics)
_REGULAR = [278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278] + [556] * 10 + [
    278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667,
    778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556,
    556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584]
_BOLD = [278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278] + [556] * 10 + [
    333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667,
    778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556, 333, 611,
    611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584]
_HAND = [444] * 95
_OTHERS = {'\u2013': 556, '\u2014': 1000, '\u2019': 222, '\u201c': 333, '\u201d': 333, '\u00b7': 278, '\u00b0': 400,
           '\u00b2': 333, '\u00b3': 333, '\u2022': 350, '\u00bd': 834, '\u00ed': 278}


def width(text, size, font='regular'):
    """How wide a text is, in points."""
    table = {'bold': _BOLD, 'hand': _HAND}.get(font, _REGULAR)
    total = 0
    for char in text.replace('\u00a0', ' '):
        code = ord(char)
        total += table[code - 32] if 32 <= code <= 126 else _OTHERS.get(char, 556)
    return total * size / 1000


def wrap(text, size, room, font='regular'):
    """Lines that fit; a no-break space holds words together."""
    lines, line = [], ''
    for word in text.split(' '):
        longer = f'{line} {word}' if line else word
        if line and width(longer, size, font) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    return lines + [line]


def number(value):
    return f'{value:.2f}'.rstrip('0').rstrip('.')


class Pdf:
    """Pages from the top left; y grows downwards."""

    def __init__(self, title, author, page=(WIDTH, HEIGHT)):
        self.title, self.author = title, author
        self.width, self.height = page
        self.pages = []
        self.new_page()

    def new_page(self):
        self.pages.append([])

    def put(self, *words):
        self.pages[-1].append(' '.join(number(w) if isinstance(w, (int, float)) else w for w in words))

    def color(self, rgb, stroke=False):
        self.put(*rgb, 'RG' if stroke else 'rg')

    def text(self, x, y, text, size=10, font='regular', color=(0.1, 0.12, 0.15), align='left'):
        if align != 'left':
            x -= width(text, size, font) / (2 if align == 'center' else 1)
        self.color(color)
        self.put('BT', f'/{FONTS[font][0]}', size, 'Tf', x, self.height - y, 'Td', f'({escape(text)}) Tj', 'ET')

    def rect(self, x, y, w, h, color):
        self.color(color)
        self.put(x, self.height - y - h, w, h, 're f')

    def line(self, points, color=(0, 0, 0), thick=0.75, closed=False):
        self.color(color, True)
        self.put(thick, 'w 1 J 1 j')
        for n, (x, y) in enumerate(points):
            self.put(x, self.height - y, 'l' if n else 'm')
        self.put('s' if closed else 'S')

    def ellipse(self, x, y, rx, ry, color):
        """A filled one around (x, y)."""
        k = 0.5523
        y = self.height - y
        self.color(color)
        self.put(x - rx, y, 'm')
        for ax, ay, bx, by, cx, cy in ((-1, k, -k, 1, 0, 1), (k, 1, 1, k, 1, 0), (1, -k, k, -1, 0, -1),
                                       (-k, -1, -1, -k, -1, 0)):
            self.put(x + ax * rx, y + ay * ry, x + bx * rx, y + by * ry, x + cx * rx, y + cy * ry, 'c')
        self.put('f')

    def bytes(self):
        fonts = ''.join(f'/{short} {3 + n} 0 R ' for n, (short, _) in enumerate(FONTS.values()))
        first = 3 + len(FONTS)
        kids = ' '.join(f'{first + 2 * n} 0 R' for n in range(len(self.pages)))
        objects = ['<< /Type /Catalog /Pages 2 0 R /Lang (en) /ViewerPreferences << /DisplayDocTitle true >> >>',
                   f'<< /Type /Pages /Kids [{kids}] /Count {len(self.pages)} '
                   f'/MediaBox [0 0 {self.width} {self.height}] /Resources << /Font << {fonts}>> >> >>']
        objects += [f'<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>'
                    for _, name in FONTS.values()]
        for n, page in enumerate(self.pages):
            content = '\n'.join(page)
            objects += [f'<< /Type /Page /Parent 2 0 R /Contents {first + 2 * n + 1} 0 R >>',
                        f'<< /Length {len(content.encode("cp1252"))} >>\nstream\n{content}\nendstream']
        objects.append(f'<< /Title ({escape(self.title)}) /Author ({escape(self.author)}) >>')
        out, places = b'%PDF-1.4\n%\xe2\xe3\xcf\xd3\n', []
        for n, body in enumerate(objects, 1):
            places.append(len(out))
            out += f'{n} 0 obj\n{body}\nendobj\n'.encode('cp1252')
        table = ''.join(f'{place:010} 00000 n \n' for place in places)
        return out + (f'xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} '
                      f'/Root 1 0 R /Info {len(objects)} 0 R >>\nstartxref\n{len(out)}\n%%EOF\n').encode()


def escape(text):
    return re.sub(r'([\\()])', r'\\\1', text.replace('\u00a0', ' '))
