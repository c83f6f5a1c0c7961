# SPDX-License-Identifier: GPL-3.0-or-later
"""Sofia Reyes, who has a chart at the clinic and no account yet: for trying out how one is made."""
from chart import PatientChart
from words import years

BORN = years(35) - 12


def make():
    c = PatientChart('sofia', 'Sofia Reyes', 23)
    c.person(['Sofia'], 'Reyes', 'female', BORN, '555-0164', 'sofia.reyes@example.org', '12 Mill Lane')
    c.coverage(years(3), 'PHP-771-4410-01')
    visit = c.visit(-20, 'okafor', 'New patient visit', 10, reason='Moved to Northfield',
                    note='Well. Runs twice a week. Hay fever in spring. No medicines but an antihistamine when needed.')
    c.pressure(-20, 112, 70, 10, visit)
    c.vital('weight', -20, 63.5, 10, visit)
    c.vital('height', -20, 168.0, 10, visit)
    c.condition('Hay fever', ('367498001', 'Seasonal allergic rhinitis'), years(20))
    c.panel('cbc', -19, {'hemoglobin': 13.4, 'hematocrit': 40.1, 'white-cells': 6.2, 'platelets': 254, 'mcv': 90}, 'okafor',
            'A normal blood count.')
    c.vaccination(-20, 'Flu vaccination', '150', 'Influenza, injectable, quadrivalent, preservative free', 1, 'Flu')
    c.appointment(9, 'okafor', 'Talk about the blood test', 11, 30)
    return c
