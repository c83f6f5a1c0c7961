#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A result and what it was before, by keyboard and screen reader alone: found, walked, listed, followed on Home."""
import os
import re
import shutil
import subprocess
import sys
import time

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
sys.dont_write_bytecode = True
import a11y  # noqa: E402
import portal as support  # noqa: E402
import tap  # noqa: E402

TITLE = 'Blood sugar (HbA1c)'
# date, value, unit, its code; the oldest by another code in another unit: 37 mmol/mol is 5.5 %
RESULTS = [('2023-05-11', 37, 'mmol/mol', '59261-8'), ('2023-11-17', 5.7, '%', '4548-4'), ('2024-05-16', 5.9, '%', '4548-4'),
           ('2024-11-14', 6.0, '%', '4548-4'), ('2025-05-15', 6.4, '%', '4548-4'), ('2025-11-20', 6.3, '%', '4548-4')]


def observation(n, date, value, unit, code):
    resource = {'resourceType': 'Observation', 'id': f'a1c-{n}', 'status': 'final', 'subject': {'reference': 'Patient/p1'},
                'category': [{'coding': [{'code': 'laboratory'}]}], 'effectiveDateTime': date,
                'code': {'coding': [{'system': 'http://loinc.org', 'code': code}], 'text': TITLE},
                'valueQuantity': {'value': value, 'unit': unit, 'code': unit, 'system': 'http://unitsofmeasure.org'}}
    if unit == '%':
        resource['referenceRange'] = [{'low': {'value': 4, 'unit': '%', 'code': '%'}, 'high': {'value': 5.6, 'unit': '%', 'code': '%'}}]
    return {'resource': resource}


RECORD = {'resourceType': 'Bundle', 'type': 'collection', 'entry': [
    {'resource': {'resourceType': 'Patient', 'id': 'p1', 'name': [{'given': ['Maren'], 'family': 'Lindqvist'}]}},
    *(observation(n, *result) for n, result in enumerate(RESULTS))]}


class Trend:
    def __init__(self, portal):
        self.folder, self.env = a11y.own_folders()
        self.app = a11y.App([support.CAIRN, portal.url], env=self.env, stderr=subprocess.DEVNULL)

    def close(self):
        self.app.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def walk_to(self, name, key='Tab', most=40):
        """Presses a key until what is focused has a name like that."""
        self.app.window()
        for _ in range(most):
            node = self.app.wait(self.app.focused, 5, 'something focused')
            if re.search(name, a11y.label_of(node) or ''):
                return node
            a11y.keys(key)
            time.sleep(0.15)
        raise AssertionError(f'{most} times {key} never came to {name!r}')

    def said(self, words):
        """What the chart says of the result that is looked at."""
        def match():
            for node in self.app.walk():
                if 'over time, chart of' in (node.get_name() or ''):
                    node.clear_cache()
                    return re.search(words, node.get_description() or '')
            return None
        self.app.wait(match, 5, f'the chart to say {words!r}')

    # steps

    def open(self):
        a11y.set_text(self.app.find('text', 'User name or e-mail'), 'maren')
        a11y.set_text(self.app.find('text', 'Password'), support.PASSWORD)
        a11y.do(self.app.find('push button', 'Sign In'))
        self.app.find('label', 'Up to date', timeout=60)
        self.app.window()
        a11y.keys('alt+2')
        self.app.find('list', 'Records', timeout=10)
        a11y.keys('ctrl+f')
        time.sleep(0.3)
        a11y.type_text('hba1c')
        self.app.find('label', '6 matches', timeout=10)
        a11y.keys('Down')
        time.sleep(0.3)
        a11y.keys('Return')
        self.app.find('label', 'Above the usual range', timeout=10)
        self.app.find('label', re.compile(r'0\.1 lower than in May'), timeout=10)

    def chart(self):
        node = self.walk_to('over time, chart of 6 results')
        assert node.get_role_name() == 'image', node.get_role_name()
        self.said(r'^6\.3\s%, High, 20 Nov 2025, 6 of 6')
        a11y.keys('Left')
        self.said(r'^6\.4\s%, High, 15 May 2025, 5 of 6')
        a11y.keys('Home')
        self.said(r'^37\smmol/mol, 11 May 2023, 1 of 6')
        a11y.keys('Left')
        self.said(r'1 of 6')
        a11y.keys('plus', 'plus', 'End')
        self.said(r'^6\.3\s%, High, 20 Nov 2025, 6 of 6')
        unnamed = self.app.unnamed()
        assert not unnamed, unnamed

    def open_from_chart(self):
        self.app.window()
        a11y.keys('Left', 'Return')
        self.app.find('label', re.compile('0.4 higher than in November'), timeout=10)
        a11y.keys('alt+Left')
        self.app.find('label', re.compile(r'0\.1 lower than in May'), timeout=10)

    def table(self):
        self.walk_to('over time, chart of 6 results')
        self.walk_to('^Table$', 'shift+Tab')
        a11y.keys('space')
        self.walk_to('^20 Nov 2025, 6.3 %, High$')
        a11y.keys('Down', 'Down')
        row = self.app.wait(self.app.focused, 5, 'a row')
        assert a11y.label_of(row).startswith('14 Nov 2024'), a11y.label_of(row)
        self.app.find(None, re.compile('^11 May 2023, 37 mmol/mol'))
        unnamed = self.app.unnamed()
        assert not unnamed, unnamed

    def follow(self):
        self.walk_to('^Follow on Home$', 'shift+Tab')
        a11y.keys('space')
        time.sleep(0.5)
        a11y.keys('alt+1')
        self.app.find(None, re.compile(f'^{re.escape(TITLE)}, 6.3 %.*High$'), timeout=10)

    def turn(self):
        self.app.window()
        self.walk_to(f'^{re.escape(TITLE)}, 6.3 %')
        a11y.keys('Return')
        self.app.find('label', 'Above the usual range', timeout=10)
        self.walk_to('^Result Before$')
        a11y.keys('space')
        self.app.find('label', re.compile('0.4 higher than in November'), timeout=10)
        self.walk_to('^Result After$')


STEPS = [
    ('A result is found and says how it stands to the one before', Trend.open),
    ('The chart is walked, and each result is told', Trend.chart),
    ('Return opens the result that is looked at', Trend.open_from_chart),
    ('The table has the same results, newest first', Trend.table),
    ('The pin brings the trend to Home', Trend.follow),
    ('From Home to the result, and to the one before it', Trend.turn),
]


def main():
    with support.Portal() as portal:
        portal.load_text(RECORD)
        portal.account('maren', 'p1')
        portal.start()
        trend = Trend(portal)
        try:
            tap.walk(STEPS, trend, a11y.shot_of_failure)
        finally:
            trend.close()
    tap.done()


if __name__ == '__main__':
    main()
