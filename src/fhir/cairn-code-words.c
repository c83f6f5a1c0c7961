/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes of FHIR and HL7 in words, where a record has only the code. Immutable. */
#include "config.h"

#include "cairn-code-words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cairn-status.h"

typedef struct
{
  const char *code, *words;
} CodeWords;

/* Codes of elements that are only a code, whatever the element: each means the same wherever it stands. */
static const CodeWords codes[] = {
  { "account", NC_ ("code", "Account") },
  { "actual", NC_ ("code", "It happened") },
  { "allergy", NC_ ("code", "Allergy") },
  { "animal", NC_ ("code", "Animals") },
  { "asap", NC_ ("code", "As soon as possible") },
  { "attester", NC_ ("code", "Attested") },
  { "biologic", NC_ ("code", "A biological medicine") },
  { "bone", NC_ ("code", "Bone") },
  { "callback", NC_ ("code", "As soon as possible, with a call back") },
  { "changes", NC_ ("code", "Changes to an earlier list") },
  { "claim", NC_ ("code", "Bill") },
  { "complete", NC_ ("code", "Complete") },
  { "collection", NC_ ("code", "A collection") },
  { "deny", NC_ ("code", "Refused") },
  { "device", NC_ ("code", "Devices") },
  { "directive", NC_ ("code", "Directive") },
  { "down", NC_ ("code", "Down") },
  { "environment", NC_ ("code", "Something in the surroundings") },
  { "error", NC_ ("code", "Something went wrong") },
  { "example", NC_ ("code", "Only an example") },
  { "female", NC_ ("code", "Female") },
  { "filler-order", NC_ ("code", "Order as it was carried out") },
  { "food", NC_ ("code", "Food") },
  { "high", NC_ ("code", "High") },
  { "in", NC_ ("code", "In") },
  { "instance", NC_ ("code", "One certain thing") },
  { "instance-order", NC_ ("code", "One order of a series") },
  { "intolerance", NC_ ("code", "Intolerance") },
  { "kind", NC_ ("code", "Any of that kind") },
  { "laterality", NC_ ("code", "Side") },
  { "left", NC_ ("code", "Left") },
  { "legal", NC_ ("code", "In the law's name") },
  { "low", NC_ ("code", "Low") },
  { "male", NC_ ("code", "Male") },
  { "medication", NC_ ("code", "Medicines") },
  { "medicinal-product", NC_ ("code", "Medicines") },
  { "mild", NC_ ("code", "Mild") },
  { "mixed", NC_ ("code", "Several ways") },
  { "moderate", NC_ ("code", "Moderate") },
  { "official", NC_ ("code", "In an official role") },
  { "operational", NC_ ("code", "In use") },
  { "option", NC_ ("code", "One of several choices") },
  { "optional", NC_ ("code", "May be there") },
  { "order", NC_ ("code", "Order") },
  { "original-order", NC_ ("code", "First order") },
  { "other", NC_ ("code", "Other") },
  { "permit", NC_ ("code", "Allowed") },
  { "person", NC_ ("code", "People") },
  { "personal", NC_ ("code", "In person") },
  { "plan", NC_ ("code", "Plan") },
  { "potential", NC_ ("code", "It could have happened, but did not") },
  { "practitioner", NC_ ("code", "Health professionals") },
  { "preauthorization", NC_ ("code", "Asked for in advance") },
  { "predetermination", NC_ ("code", "Estimate in advance") },
  { "primary", NC_ ("code", "Main one") },
  { "professional", NC_ ("code", "As a professional") },
  { "proposal", NC_ ("code", "Proposal") },
  { "queued", NC_ ("code", "Waiting to be worked on") },
  { "reflex-order", NC_ ("code", "Order that followed from a result") },
  { "required", NC_ ("code", "Has to be there") },
  { "information-only", NC_ ("code", "Only informed") },
  { "right", NC_ ("code", "Right") },
  { "routine", NC_ ("code", "Not urgent") },
  { "secondary", NC_ ("code", "One of the others") },
  { "severe", NC_ ("code", "Severe") },
  { "snapshot", NC_ ("code", "As things stood then") },
  { "stat", NC_ ("code", "At once") },
  { "tentative", NC_ ("code", "Perhaps") },
  { "unable-to-assess", NC_ ("code", "Can't be told") },
  { "up", NC_ ("code", "Up") },
  { "urgent", NC_ ("code", "Urgent") },
  { "working", NC_ ("code", "A working list") },
  { "accepted", NC_ ("code", "Accepted") },
  { "needs-action", NC_ ("code", "Not answered yet") },
  { "physical", NC_ ("code", "To visit in person") },
  { "both", NC_ ("code", "By post and in person") },
  { "postal", NC_ ("code", "Postal address") },
  { "masked", NC_ ("code", "Not shown") },
  { "busy", NC_ ("code", "Taken") },
  { "free", NC_ ("code", "Free") },
  { "busy-unavailable", NC_ ("code", "Not available") },
  { "busy-tentative", NC_ ("code", "Perhaps taken") },
  { "suspended", NC_ ("code", "Closed for a while") },
  { "opt-in", NC_ ("code", "Agreed") },
  { "opt-out", NC_ ("code", "Refused") },
  { "mon", NC_ ("code", "Monday") },
  { "tue", NC_ ("code", "Tuesday") },
  { "wed", NC_ ("code", "Wednesday") },
  { "thu", NC_ ("code", "Thursday") },
  { "fri", NC_ ("code", "Friday") },
  { "sat", NC_ ("code", "Saturday") },
  { "sun", NC_ ("code", "Sunday") },
  { "measurement", NC_ ("code", "Measurement") },
  { "calculation", NC_ ("code", "Calculated") },
  { "setting", NC_ ("code", "Setting") },
  { "unspecified", NC_ ("code", "Not specified") },
  { "calibrated", NC_ ("code", "Calibrated") },
  { "not-calibrated", NC_ ("code", "Not calibrated") },
  { "calibration-required", NC_ ("code", "Needs to be calibrated") },
  { "offset", NC_ ("code", "Offset") },
  { "gain", NC_ ("code", "Gain") },
  { "two-point", NC_ ("code", "Two points") },
  { "aa", NC_ ("code", "Protein") },
  { "dna", NC_ ("code", "DNA") },
  { "rna", NC_ ("code", "RNA") },
  { "watson", NC_ ("code", "Watson strand") },
  { "crick", NC_ ("code", "Crick strand") },
  { "sense", NC_ ("code", "Sense") },
  { "antisense", NC_ ("code", "Antisense") },
  { "user-friendly", NC_ ("code", "Everyday name") },
  { "udi-label-name", NC_ ("code", "Name on the label") },
  { "patient-reported-name", NC_ ("code", "Name that the patient gave") },
  { "manufacturer-name", NC_ ("code", "The maker's name") },
  { "model-name", NC_ ("code", "Name of the model") },
  { "barcode", NC_ ("code", "Bar code") },
  { "rfid", NC_ ("code", "Radio tag") },
  { "manual", NC_ ("code", "Typed in") },
  { "card", NC_ ("code", "Card") },
  { "self-reported", NC_ ("code", "As the patient said") },
  { "level1", NC_ ("code", "Most sure") },
  { "replaces", NC_ ("code", "Replaces") },
  { "transforms", NC_ ("code", "Is made from") },
  { "signs", NC_ ("code", "Signs") },
  { "appends", NC_ ("code", "Adds to") },
  { "replaced-by", NC_ ("code", "Replaced by") },
  { "refer", NC_ ("code", "See also") },
  { "seealso", NC_ ("code", "See also") },
  { "source", NC_ ("code", "Source") },
  { "alternate", NC_ ("code", "The same as") },
  { "historical", NC_ ("code", "Earlier entry") },
  { "open", NC_ ("code", "Open") },
  { "closed", NC_ ("code", "Closed") },
  { "benefit", NC_ ("code", "What is covered") },
  { "validation", NC_ ("code", "Whether it is in force") },
  { "auth-requirements", NC_ ("code", "What needs permission") },
  { "discovery", NC_ ("code", "Which insurance there is") },
  { "cm", NC_ ("code", "cm") },
  { "year", NC_ ("code", "Years") },
  { "years", NC_ ("code", "Years") },
};

const char *
cairn_code_get_words (const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_str_equal (codes[i].code, code))
      return g_dpgettext2 (GETTEXT_PACKAGE, "code", codes[i].words);
  return cairn_status_get_words (code);
}

char *
cairn_contact_use_dup_words (const char *use)
{
  static const CodeWords uses[] = {
    { "home", NC_ ("contact", "home") }, { "work", NC_ ("contact", "work") }, { "mobile", NC_ ("contact", "mobile") },
    { "old", NC_ ("contact", "no longer in use") }, { "temp", NC_ ("contact", "for a while") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (uses); i++)
    if (g_str_equal (uses[i].code, use))
      return g_strdup (g_dpgettext2 (GETTEXT_PACKAGE, "contact", uses[i].words));
  return NULL;
}

char *
cairn_content_type_dup_words (const char *type)
{
  static const CodeWords types[] = {
    { "application/pdf", NC_ ("document", "PDF") }, { "text/plain", NC_ ("document", "text") }, { "text/html", NC_ ("document", "web page") },
    { "text/rtf", NC_ ("document", "text") }, { "text/markdown", NC_ ("document", "text") }, { "text/xml", NC_ ("document", "data for programs") },
    { "application/xml", NC_ ("document", "data for programs") }, { "application/hl7-v3+xml", NC_ ("document", "data for programs") },
    { "application/fhir+json", NC_ ("document", "data for programs") }, { "application/json", NC_ ("document", "data for programs") },
    { "application/dicom", NC_ ("document", "medical picture") }, { "application/zip", NC_ ("document", "packed files") },
    { "application/msword", NC_ ("document", "Word document") },
    { "application/vnd.openxmlformats-officedocument.wordprocessingml.document", NC_ ("document", "Word document") },
    { "image/", NC_ ("document", "picture") }, { "video/", NC_ ("document", "video") }, { "audio/", NC_ ("document", "sound") },
    { "text/", NC_ ("document", "text") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_has_prefix (type, types[i].code))
      return g_strdup (g_dpgettext2 (GETTEXT_PACKAGE, "document", types[i].words));
  return g_strdup (C_("document", "file"));
}
