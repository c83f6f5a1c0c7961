#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""message_record.py [--threads N] [--long N] [--patient ID] [--seed N] [--out FILE]: a record that is all messages.

Writes NDJSON for `cairn-portal import`: a patient with a care team, N threads (5,000) of one to four messages, and one
thread of --long messages (10,000), whose head is `long-0`. Heads are `t0`, `t1` …; the newest message of every tenth
thread is unread. Nothing is random but by the seed, so two runs write the same bytes. Streams: a million messages need
no memory.
"""
import argparse
import datetime
import json
import random
import sys

START = datetime.datetime(2015, 1, 5, 8, 0, tzinfo=datetime.timezone.utc)
PEOPLE = {'hale': ('Ada', 'Hale'), 'moss': ('Ben', 'Moss'), 'ruiz': ('Eva', 'Ruiz')}
TOPICS = ['Blood pressure', 'Refill', 'Result', 'Appointment', 'Knee pain', 'Sleep', 'Diet', 'Cough', 'Letter', 'Vaccination']
WORDS = ('the tablets in the morning help but I feel tired after lunch and walk less than before should we change something '
         'or wait for the next result thank you for the quick answer last time').split()


def line(resource):
    return json.dumps(resource, ensure_ascii=False, separators=(',', ':')) + '\n'


def name_of(who):
    return ' '.join(PEOPLE[who])


class Writer:
    def __init__(self, patient, seed):
        self.patient = {'reference': f'Patient/{patient}', 'display': 'Pat Sample'}
        self.random = random.Random(seed)
        self.id = patient

    def people(self):
        yield line({'resourceType': 'Patient', 'id': self.id, 'name': [{'family': 'Sample', 'given': ['Pat']}], 'birthDate': '1961-04-02'})
        for who, (given, family) in PEOPLE.items():
            yield line({'resourceType': 'Practitioner', 'id': who, 'active': True, 'name': [{'family': family, 'given': [given]}]})
        yield line({'resourceType': 'HealthcareService', 'id': 'questions', 'active': True, 'name': 'Questions to the care team',
                    'category': [{'coding': [{'code': 'messages'}]}]})
        yield line({'resourceType': 'CareTeam', 'id': f'{self.id}-team', 'status': 'active', 'subject': self.patient, 'participant': [
            {'member': {'reference': f'Practitioner/{who}', 'display': name_of(who)}} for who in PEOPLE]})

    def words(self):
        return ' '.join(self.random.choices(WORDS, k=self.random.randrange(6, 40))).capitalize() + '.'

    def message(self, head, n, when, who, read):
        own = n % 2 == 0
        team = {'reference': f'Practitioner/{who}', 'display': name_of(who)}
        text = when.strftime('%Y-%m-%dT%H:%M:%SZ')
        resource = {'resourceType': 'Communication', 'id': head if n == 0 else f'{head}-{n}', 'status': 'completed', 'subject': self.patient}
        if n:
            resource['partOf'] = [{'reference': f'Communication/{head}'}]
            resource['inResponseTo'] = [{'reference': f'Communication/{head}' + (f'-{n - 1}' if n > 1 else '')}]
        else:
            resource['topic'] = {'text': self.random.choice(TOPICS)}
        resource.update({'sent': text, **({'received': text} if read else {}), 'recipient': [team if own else self.patient],
                         'sender': self.patient if own else team, 'payload': [{'contentString': self.words()}]})
        return line(resource)

    def thread(self, head, count, when, step, unread=False):
        who = self.random.choice(list(PEOPLE))
        for n in range(count):
            yield self.message(head, n, when + n * step, who, not unread or n < count - 1)


def lines(threads, long, patient='sample', seed=1):
    writer = Writer(patient, seed)
    yield from writer.people()
    hour = datetime.timedelta(hours=1)
    for n in range(threads):
        yield from writer.thread(f't{n}', 1 + n % 4, START + n * 18 * hour, 5 * hour, n % 10 == 9)
    if long:
        yield from writer.thread('long-0', long, START, 9 * hour)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--threads', type=int, default=5000)
    parser.add_argument('--long', type=int, default=10000)
    parser.add_argument('--patient', default='sample')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--out', default='-')
    chosen = parser.parse_args()
    with sys.stdout if chosen.out == '-' else open(chosen.out, 'w', encoding='utf-8') as out:
        out.writelines(lines(chosen.threads, chosen.long, chosen.patient, chosen.seed))


if __name__ == '__main__':
    main()
