# SPDX-License-Identifier: GPL-3.0-or-later
"""A paper of the clinic as people get it: letterhead, who it is about, words, tables, a signature."""
import pdf
from words import stamp

LEFT, RIGHT, TOP, BOTTOM = 62, 550, 48, 726
INK, PALE, RULE = (0.1, 0.12, 0.15), (0.36, 0.4, 0.45), (0.8, 0.83, 0.86)
# house: colour, name, second line, where
HOUSES = {
    'clinic': ((0.13, 0.40, 0.36), 'Northfield Family Clinic', 'Family medicine and specialists under one roof',
               '12 Birch Street, Northfield, MN 55057', '555-0100'),
    'laboratory': ((0.42, 0.22, 0.45), 'Northfield Laboratory', 'Blood, urine and tissue',
                   '12 Birch Street, Northfield, MN 55057', '555-0130'),
    'imaging': ((0.12, 0.30, 0.53), 'Lakeside Imaging', 'X-ray, ultrasound, CT and MRI',
                '80 Lake Road, Northfield, MN 55057', '555-0140'),
    'hospital': ((0.52, 0.21, 0.17), 'Lakeside Hospital', 'Part of the Northfield care network',
                 '80 Lake Road, Northfield, MN 55057', '555-0150'),
}


class Letter(pdf.Pdf):
    """Grows downwards; a new page begins by itself."""

    def __init__(self, house, title, facts):
        """facts: (name, value) pairs under the title, in two columns."""
        self.tint, self.house, self.line_two, self.address, self.phone = HOUSES[house]
        super().__init__(title, self.house)
        self.logo(LEFT + 14, TOP + 18)
        self.text(LEFT + 42, TOP + 14, self.house, 15, 'bold', self.tint)
        self.text(LEFT + 42, TOP + 28, self.line_two, 9, color=PALE)
        self.text(RIGHT, TOP + 14, self.address, 9, color=PALE, align='right')
        self.text(RIGHT, TOP + 28, f'Phone {self.phone}', 9, color=PALE, align='right')
        self.rect(LEFT, TOP + 42, RIGHT - LEFT, 2, self.tint)
        self.y = TOP + 76
        self.text(LEFT, self.y, title, 18, 'bold')
        self.y += 14
        self.facts(facts)

    def logo(self, x, y):
        """Three stones on each other."""
        light = tuple(c + (1 - c) * 0.45 for c in self.tint)
        self.ellipse(x, y + 9, 15, 6, self.tint)
        self.ellipse(x + 1, y - 1, 10.5, 5, light)
        self.ellipse(x - 1, y - 10, 6.5, 4, self.tint)

    def facts(self, facts):
        rows = (len(facts) + 1) // 2
        self.rect(LEFT, self.y, RIGHT - LEFT, rows * 17 + 12, (0.95, 0.96, 0.97))
        for n, (name, value) in enumerate(facts):
            x = LEFT + 12 + (n // rows) * 250
            y = self.y + 19 + n % rows * 17
            self.text(x, y, name, 9, color=PALE)
            self.text(x + 78, y, value, 10)
        self.y += rows * 17 + 12 + 8

    def room(self, need):
        if self.y + need > BOTTOM:
            self.new_page()
            self.text(LEFT, TOP, self.title, 9, 'bold', PALE)
            self.y = TOP + 24

    def heading(self, text):
        self.room(46)
        self.y += 24
        self.text(LEFT, self.y, text.upper(), 9.5, 'bold', self.tint)
        self.y += 5
        self.line([(LEFT, self.y), (RIGHT, self.y)], RULE, 0.6)
        self.y += 3

    def paragraph(self, text, size=10.5, font='regular', indent=0, mark=None):
        lines = pdf.wrap(text, size, RIGHT - LEFT - indent, font)
        for n, line in enumerate(lines):
            self.room(size * 1.45)
            self.y += size * 1.45
            if mark and not n:
                self.text(LEFT, self.y, mark, size, font)
            self.text(LEFT + indent, self.y, line, size, font)
        self.y += 4

    def box(self, paragraphs):
        """The words that matter most, on a tint."""
        size, room = 11, RIGHT - LEFT - 28
        lines = [pdf.wrap(p, size, room, 'bold') for p in paragraphs]
        high = sum(len(one) for one in lines) * size * 1.4 + 6 * len(lines) + 12
        self.room(high + 8)
        self.y += 8
        self.rect(LEFT, self.y, RIGHT - LEFT, high, tuple(1 - (1 - c) * 0.09 for c in self.tint))
        self.rect(LEFT, self.y, 3, high, self.tint)
        y = self.y + 4
        for paragraph in lines:
            for line in paragraph:
                y += size * 1.4
                self.text(LEFT + 16, y, line, size, 'bold')
            y += 6
        self.y += high + 4

    def table(self, head, rows, columns):
        """columns: where each begins, from the left edge; a row's value in (value, True) stands bold."""
        self.room(22 + 17 * min(len(rows), 4))
        self.y += 16
        for name, x in zip(head, columns):
            self.text(LEFT + x, self.y, name, 9, 'bold', PALE)
        self.y += 5
        self.line([(LEFT, self.y), (RIGHT, self.y)], RULE, 0.8)
        for row in rows:
            self.room(17)
            self.y += 13
            for cell, x in zip(row, columns):
                strong = isinstance(cell, tuple)
                self.text(LEFT + x, self.y, cell[0] if strong else cell, 10, 'bold' if strong else 'regular')
            self.y += 4
            self.line([(LEFT, self.y), (RIGHT, self.y)], (0.91, 0.92, 0.94), 0.5)
        self.y += 6

    def signed(self, name, job, when):
        self.room(70)
        self.y += 40
        self.text(LEFT + 6, self.y - 8, name.replace('Dr. ', ''), 19, 'hand', (0.1, 0.16, 0.42))
        self.line([(LEFT, self.y), (LEFT + 190, self.y)], PALE, 0.6)
        self.y += 13
        self.text(LEFT, self.y, f'{name}, {job}', 10)
        self.y += 13
        self.text(LEFT, self.y, f'Signed electronically on {stamp(when)}', 9, color=PALE)

    def bytes(self):
        """With a foot on each page."""
        pages = self.pages
        for n, page in enumerate(pages, 1):
            self.pages = [page]
            self.line([(LEFT, 744), (RIGHT, 744)], RULE, 0.6)
            self.text(LEFT, 757, f'Questions? Call {self.phone}, or write to your care team in the portal.', 8.5,
                      color=PALE)
            self.text(RIGHT, 757, f'Page {n} of {len(pages)}', 8.5, color=PALE, align='right')
            self.text(LEFT, 769, 'Sample data: the clinic and all its people are invented.', 8.5, color=PALE)
        self.pages = pages
        return super().bytes()
