# SPDX-License-Identifier: GPL-3.0-or-later
"""Papers of a chart: what is signed and filed as a page, kept as a PDF beside its words.

The PDF is a Binary that is seen by who sees the report or document that it belongs to.
"""
import base64

from clinic import CLINIC, IMAGING, STAFF, staff
from letter import Letter
from words import LOINC, SNOMED, US_CORE, at, concept, ref, stamp, story

DICOM = 'http://dicom.nema.org/resources/ontology/DCM'
MODALITIES = {'DX': 'Digital Radiography', 'US': 'Ultrasound', 'CT': 'Computed Tomography',
              'MR': 'Magnetic Resonance', 'OP': 'Ophthalmic Photography', 'BMD': 'Bone Mineral Densitometry'}
CATEGORIES = {'radiology': ('LP29684-5', 'Radiology'), 'cardiology': ('LP29708-2', 'Cardiology'),
              'pathology': ('LP7839-6', 'Pathology')}
STATUSES = {'final': 'Final', 'amended': 'Amended', 'corrected': 'Corrected', 'preliminary': 'Preliminary'}


def job(who):
    return STAFF[who][4][0].lower() + STAFF[who][4][1:]


class Papers:
    """For PatientChart."""

    def about(self, when, ordered, status='final', chart=None):
        """The box under a letter's title."""
        return [('Patient', self.name), ('Born', stamp(self.born)), ('Chart number', f'NFC-{self.prefix.upper()}'),
                ('Date', stamp(when)), ('Ordered by', staff(ordered)['display']), ('Status', STATUSES[status])]

    def attach(self, owner, title, content, when, content_type='application/pdf', hour=15):
        """Keeps bytes as a Binary; returns the Attachment that points at it."""
        url = self.add('Binary', contentType=content_type, securityContext=ref(owner),
                       data=base64.b64encode(content).decode())
        return {'contentType': content_type, 'language': 'en', 'url': url, 'size': len(content), 'title': title,
                'creation': at(when, hour)}

    def with_paper(self, owner, member, value):
        """Adds a member to a resource that is already in the chart."""
        resource = next(r for r in reversed(self.resources) if f'{r["resourceType"]}/{r["id"]}' == owner)
        resource[member] = value

    def write(self, letter, impression, parts, table=None, heading='Impression', draw=None):
        letter.heading(heading)
        letter.box(impression)
        for title, paragraphs in parts:
            letter.heading(title)
            for words in paragraphs:
                letter.paragraph(words)
        if table:
            letter.heading(table[0])
            letter.table(*table[1:])
        if draw:
            draw(letter)

    def study(self, when, title, code, kind='radiology', who='moreau', ordered='okafor', modality=None, images=2,
              reason=None, technique=None, compared=None, findings=(), impression=(), plain=None, status='final',
              house='imaging', results=(), table=None, draw=None, encounter=None, site=None, amended=None,
              specimen=None):
        """A radiology, heart or tissue report: order, images, words, and the signed page."""
        request = self.order(when - 2, ordered, title, code, encounter, reason=reason, kind=kind)
        study = self.images(when, title, modality, images, request, who, site, encounter) if modality else None
        parts = [(t, [p] if isinstance(p, str) else list(p)) for t, p in (
            ('Why it was done', reason), ('How', technique), ('Compared with', compared), ('Findings', findings),
            ('Amended', amended)) if p]
        report = self.add(
            'DiagnosticReport', meta={'profile': [US_CORE + 'diagnosticreport-note']}, status=status,
            text=story(title, [('Impression', list(impression)), *parts]), basedOn=[ref(request)],
            category=[concept(CATEGORIES[kind][1], (LOINC, *CATEGORIES[kind]))],
            code=concept(title, (LOINC, *code)), subject=self.bare, encounter=ref(encounter) if encounter else None,
            effectiveDateTime=at(when, 10), issued=at(when + (3 if kind == 'pathology' else 0), 15, 30),
            performer=[ref(IMAGING, 'Lakeside Imaging')] if house == 'imaging' else [staff(who)],
            resultsInterpreter=[staff(who)], specimen=[ref(specimen)] if specimen else None,
            imagingStudy=[ref(study)] if study else None, result=[ref(r) for r in results] or None,
            conclusion=plain or ' '.join(impression))
        letter = Letter(house, title, self.about(when, ordered, status))
        self.write(letter, list(impression), parts, table, draw=draw)
        letter.signed(staff(who)['display'], job(who), when)
        self.with_paper(report, 'presentedForm', [self.attach(report, title, letter.bytes(), when)])
        return report

    def images(self, when, title, modality, count, request, who, site, encounter):
        system = {'system': DICOM, 'code': modality, 'display': MODALITIES[modality]}
        number = self.numbers.get('ImagingStudy', 0) + 1
        uid = f'2.25.{319874500 + sum(map(ord, self.prefix)) * 1000 + number}'
        return self.add(
            'ImagingStudy', status='available', subject=self.bare, encounter=ref(encounter) if encounter else None,
            identifier=[{'system': 'urn:dicom:uid', 'value': f'urn:oid:{uid}'}], started=at(when, 10), modality=[system],
            basedOn=[ref(request)], interpreter=[staff(who)], numberOfSeries=1, numberOfInstances=count,
            location=ref('Location/lakeside-imaging-desk', 'Lakeside Imaging'), description=title,
            series=[{'uid': f'{uid}1', 'number': 1, 'modality': system, 'description': title,
                     'numberOfInstances': count, 'started': at(when, 10),
                     **({'bodySite': {'system': SNOMED, 'code': site[0], 'display': site[1]}} if site else {})}])

    def document(self, when, who, title, code, letter, words, encounter=None, category=('clinical-note', 'Clinical Note'),
                 status='current', hour=14):
        """A paper that is no report: a letter, a plan, a living will."""
        document = self.add(
            'DocumentReference', meta={'profile': [US_CORE + 'documentreference']}, status=status, docStatus='final',
            text=story(title, words), type=concept(title, (LOINC, *code)),
            category=[concept(category[1], ('http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category',
                                            *category))],
            subject=self.bare, date=at(when, hour, 45), author=[staff(who) if who else self.writer()],
            custodian=ref(CLINIC, 'Northfield Family Clinic'), description=title,
            content=[{'attachment': {'contentType': 'application/pdf'}}],
            context={'encounter': [ref(encounter)]} if encounter else None)
        self.with_paper(document, 'content', [{
            'attachment': self.attach(document, title, letter.bytes(), when, hour=hour),
            'format': {'system': 'http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode',
                       'code': 'urn:ihe:iti:xds:2017:mimeTypeSufficient', 'display': 'mimeType Sufficient'}}])
        return document

    def letter_note(self, when, who, title, code, facts, words, house='clinic', signer=None, table=None, **more):
        """A letter in sections; words: (heading or None, [paragraphs])."""
        letter = Letter(house, title, facts)
        for heading, paragraphs in words:
            if heading:
                letter.heading(heading)
            for paragraph in paragraphs:
                letter.paragraph(paragraph.removeprefix('- '), indent=12 if paragraph.startswith('- ') else 0,
                                 mark='\u2022' if paragraph.startswith('- ') else None)
        if table:
            letter.heading(table[0])
            letter.table(*table[1:])
        if signer or who:
            letter.signed(signer[0] if signer else staff(who)['display'], signer[1] if signer else job(who), when)
        return self.document(when, who, title, code, letter,
                             [(h or title, [p.removeprefix('- ') for p in ps]) for h, ps in words], **more)

    def own_range(self, result):
        """Of a result's ranges the words of the one that holds for this person."""
        who = {'male': 'Men', 'female': 'Women'}[self.gender]
        return next((r['text'] for r in result['referenceRange'] if r.get('appliesTo', [{'text': who}])[0]['text'] == who),
                    result['referenceRange'][0]['text'])

    def lab_paper(self, report, when, title, ordered, results, conclusion, status='final'):
        """The laboratory's own page to a panel."""
        byref = {f'{r["resourceType"]}/{r["id"]}': r for r in self.resources[-60:]}
        rows = []
        for result in (byref[r] for r in results):
            amount, flag = result['valueQuantity'], result['interpretation'][0]['coding'][0]['code']
            shown = f'{amount["value"]} {amount["unit"]}'
            rows.append((result['code']['text'], (shown, True) if flag != 'N' else shown,
                         {'N': '', 'H': 'High', 'L': 'Low'}.get(flag, flag), self.own_range(result)))
        letter = Letter('laboratory', title, self.about(when, ordered, status))
        if conclusion:
            letter.heading('Comment')
            letter.box([conclusion])
        letter.heading('Results')
        letter.table(('Test', 'Result', '', 'Usual range'), rows, (0, 210, 320, 370))
        letter.paragraph('Results in bold lie outside the usual range. What that means for you depends on your health '
                         'as a whole; your care team looks at it with you.', 9.5, 'italic')
        letter.signed(staff('ito')['display'], 'pathologist', when)
        self.with_paper(report, 'presentedForm', [self.attach(report, title, letter.bytes(), when)])

