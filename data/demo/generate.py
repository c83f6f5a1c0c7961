#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample clinic, made anew at each build, the same bytes each time.

generate.py DIR                          clinic.json, a Bundle a person, accounts.json
generate.py --record N [--seed S] [--patient-id ID] [--out FILE]
                                         one synthetic patient, N resources, one a line
Dates stand relative to 2024-01-01; `cairn-portal serve --demo` moves them to today.
"""
import argparse
import json
import os
import sys

sys.dont_write_bytecode = True

import adult  # noqa: E402
import child  # noqa: E402
import clinic  # noqa: E402
import elder  # noqa: E402
import forms  # noqa: E402
import newcomer  # noqa: E402
import record  # noqa: E402
import schedule  # noqa: E402

ACCOUNTS = [
    {'username': 'anna.larsen', 'password': 'sample-clinic-anna', 'patient': 'mia', 'role': 'parent',
     'email': 'anna.larsen@example.org'},
    {'username': 'david.moreno', 'password': 'sample-clinic-david', 'patient': 'david', 'role': 'patient',
     'email': 'david.moreno@example.org'},
    {'username': 'eleanor.whitfield', 'password': 'sample-clinic-eleanor', 'patient': 'eleanor', 'role': 'patient',
     'email': 'eleanor.whitfield@example.org'},
]


def save(folder, name, value):
    path = os.path.join(folder, name)
    with open(path + '.new', 'w', encoding='utf-8') as out:
        json.dump(value, out, ensure_ascii=False, indent=1)
        out.write('\n')
    os.replace(path + '.new', path)


def main():
    parser = argparse.ArgumentParser(description='Makes the sample clinic, or one long record.')
    parser.add_argument('folder', nargs='?')
    parser.add_argument('--record', type=int, metavar='N')
    parser.add_argument('--seed', type=int, default=7)
    parser.add_argument('--patient-id', default='sample')
    parser.add_argument('--out')
    options = parser.parse_args()
    if options.record:
        with (open(options.out, 'w', encoding='utf-8') if options.out else sys.stdout) as out:
            record.write(out, options.record, options.patient_id, options.seed)
        return
    if not options.folder:
        parser.error('a folder or --record N is needed')
    os.makedirs(options.folder, exist_ok=True)
    directory = clinic.make()
    schedule.make(directory)
    forms.make(directory)
    save(options.folder, 'clinic.json', directory.bundle())
    for name, person in (('mia', child), ('david', adult), ('eleanor', elder), ('sofia', newcomer)):
        save(options.folder, name + '.json', person.make().bundle())
    save(options.folder, 'accounts.json', ACCOUNTS)


main()
