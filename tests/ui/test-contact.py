#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another e-mail address and telephone number for one's account; by keyboard and screen reader alone."""
import os
import re
import sys
import time

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
sys.dont_write_bytecode = True
import a11y  # noqa: E402
import portal as support  # noqa: E402
from journey import CODE, Journey, newest_letter, run  # noqa: E402

RECORD = {'resourceType': 'Bundle', 'type': 'collection', 'entry': [
    {'resource': {'resourceType': 'Patient', 'id': 'maren', 'birthDate': '1958-03-14',
                  'name': [{'given': ['Maren'], 'family': 'Lindqvist'}]}},
    {'resource': {'resourceType': 'Patient', 'id': 'anna', 'name': [{'given': ['Anna'], 'family': 'Berg'}]}}]}


class Contact(Journey):
    def opened(self):
        self.sign_in('maren', support.PASSWORD)
        self.at_home('Maren')
        self.open_security()
        self.says('^maren@example.org$')
        self.press('^maren$')
        self.says('^How the clinic reaches you$')
        self.says('^None. Add one as another way back in')
        self.audit('contact')
        self.shot('contact')

    def slips(self):
        """What can not be an address is told before anything is sent."""
        self.press('^E-mail address')
        self.says('^New e-mail address$')
        self.write('^E-mail address', 'maren@home')
        a11y.keys('Return')
        self.says('^The end of the address is missing')
        self.shot('contact-no-ending')
        self.write('^E-mail address', 'maren')
        a11y.keys('Return')
        self.says('^This is not an e-mail address')
        self.write('^E-mail address', 'maren@example.org')
        a11y.keys('Return')
        self.says('^The account has this one already')
        self.audit('new address')

    def proved(self):
        """Ten minutes later the portal wants to know that it is still the owner; then a code goes out."""
        self.portal.stop()
        self.portal.start(self.portal.port, clock='+10m')
        self.write('^E-mail address', 'maren@lindqvist.example')
        a11y.keys('Return')
        self.app.find('label', re.compile('asks for your password once more'), timeout=30)
        a11y.xdo('windowfocus', '--sync', self.top())
        a11y.keys('Escape')
        self.says('^New e-mail address$')
        self.app.window()
        self.walk_to('^Continue$')
        a11y.keys('Return')
        self.app.find('label', re.compile('asks for your password once more'), timeout=30)
        a11y.xdo('windowfocus', '--sync', self.top())
        self.type_proof(support.PASSWORD, None)
        self.says('^We have sent eight digits by e-mail to maren@lindqvist.example')
        self.audit('code')
        self.shot('contact-code')

    def wrong_code(self):
        self.write('^Code$', '00000000')
        a11y.keys('Return')
        self.says('You have 4 more tries')
        field = self.app.find('text', 'Code')
        a11y.keys('ctrl+a')
        a11y.type_text('12 ab-34')
        self.app.wait(lambda: a11y.text(field) == '1234', 10, 'digits alone')
        a11y.keys('Return')
        self.says('^The code has eight digits')              # and costs no try

    def changed(self):
        self.write('^Code$', self.digits('maren@lindqvist.example'))
        a11y.keys('Return')
        self.says('^E-mail address changed$')
        self.says('^maren@lindqvist.example$')
        self.shot('contact-changed')
        newest_letter(self.portal, 'maren@example.org', 'another e-mail address')

    def back_keeps(self):
        """Alt+Left goes step by step."""
        self.press('^maren$')
        self.press('^Telephone number')
        self.says('^New telephone number$')
        self.write('^Mobile number', '(555) 010-0142')
        a11y.keys('Return')
        self.says('^Begin the number with')
        self.shot('contact-phone-wrong')
        a11y.keys('alt+Left')
        self.says('^How the clinic reaches you$')
        self.press('^Telephone number')
        self.write('^Mobile number', '+1 555 010 0142')
        a11y.keys('Return')
        self.says('^We have sent eight digits by text message to')

    def text_message(self):
        self.write('^Code$', re.search(CODE, self.text_to('+15550100142')).group())
        a11y.keys('Return')
        self.says('^Telephone number changed$')
        self.says('^E-mail address or telephone number changed$')
        self.says(r'^maren@lindqvist.example\n\+15550100142$')
        self.shot('contact-both')

    def text_to(self, number):
        box = os.path.join(self.portal.data, 'text', 'new')
        for _ in range(100):
            for name in os.listdir(box) if os.path.isdir(box) else []:
                with open(os.path.join(box, name), encoding='utf-8') as file:
                    words = file.read()
                if number in words:
                    return words
            time.sleep(0.1)
        raise AssertionError(f'no text message to {number}')

    def taken(self):
        """An address of somebody else's: never told here, only to its owner."""
        self.press('^maren$')
        self.press('^E-mail address')
        self.write('^E-mail address', 'anna@example.org')
        a11y.keys('Return')
        self.says('^We have sent eight digits by e-mail to anna@example.org')
        letter = newest_letter(self.portal, 'anna@example.org', 'anna')
        assert not re.search(CODE, letter), letter
        for left in (4, 3, 2, 1):
            self.write('^Code$', '00000000')
            a11y.keys('Return')
            self.says(f'You have {left} more tr')
        self.write('^Code$', '00000000')
        a11y.keys('Return')
        self.says('^This is not the code that was sent. Have a new one sent')
        self.shot('contact-dead')

    def offline(self):
        a11y.keys('alt+Left')
        self.says('^New e-mail address$')
        self.portal.stop()
        self.write('^E-mail address', 'other@example.org')
        a11y.keys('Return')
        self.says('can not be reached', 60)
        self.portal.start(self.portal.port)
        a11y.keys('Return')
        self.says('^We have sent eight digits by e-mail to other@example.org')

    def signs_in(self):
        self.forget_all()
        self.sign_in('maren@lindqvist.example', support.PASSWORD)
        self.at_home('Maren')


STEPS = [
    ('The row with the user name opens e-mail and telephone', Contact.opened),
    ('Slips are told at once', Contact.slips),
    ('The owner is asked for the password, then a code goes out', Contact.proved),
    ('A wrong code says how many tries are left; only digits get in', Contact.wrong_code),
    ('The code changes the address, and the old one is told', Contact.changed),
    ('A telephone number begins with its country', Contact.back_keeps),
    ('The code of a text message changes the number', Contact.text_message),
    ('Whether an address is taken is told to its owner alone', Contact.taken),
    ('Without the portal nothing that was typed is lost', Contact.offline),
    ('The new address signs in', Contact.signs_in),
]

if __name__ == '__main__':
    run(STEPS, Contact, RECORD, [('maren', 'maren'), ('anna', 'anna')])
