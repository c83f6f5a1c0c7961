/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people call the commonest tests and measurements. The LOINC codes are facts, the words are ours. Immutable. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cairn-code-words.h"
#include "cairn-value.h"

/* In order of their codes, as strcmp() has it. */
static const struct
{
  const char *code, *words;
} names[] = {
  { "10331-7", NC_ ("test", "Rhesus factor") },
  { "10839-9", NC_ ("test", "Heart muscle (troponin)") },
  { "11367-0", NC_ ("test", "Smoking") },
  { "11580-8", NC_ ("test", "Thyroid (TSH)") },
  { "11778-8", NC_ ("test", "Expected date of birth") },
  { "11996-6", NC_ ("test", "Number of pregnancies") },
  { "13457-7", NC_ ("test", "\"Bad\" cholesterol (LDL)") },
  { "14646-4", NC_ ("test", "\"Good\" cholesterol (HDL)") },
  { "14647-2", NC_ ("test", "Cholesterol, total") },
  { "14682-9", NC_ ("test", "Creatinine (kidneys)") },
  { "14749-6", NC_ ("test", "Blood sugar") },
  { "14927-8", NC_ ("test", "Fats in blood (triglycerides)") },
  { "14937-7", NC_ ("test", "Urea nitrogen (kidneys)") },
  { "14957-5", NC_ ("test", "Albumin in urine") },
  { "14959-1", NC_ ("test", "Albumin in urine (albumin/creatinine)") },
  { "15074-8", NC_ ("test", "Blood sugar") },
  { "1558-6", NC_ ("test", "Blood sugar, fasting") },
  { "1742-6", NC_ ("test", "Liver enzyme (ALT)") },
  { "1751-7", NC_ ("test", "Albumin") },
  { "17856-6", NC_ ("test", "Blood sugar (HbA1c)") },
  { "17861-6", NC_ ("test", "Calcium") },
  { "18262-6", NC_ ("test", "\"Bad\" cholesterol (LDL)") },
  { "19123-9", NC_ ("test", "Magnesium") },
  { "1920-8", NC_ ("test", "Liver enzyme (AST)") },
  { "1968-7", NC_ ("test", "Bilirubin, direct") },
  { "1975-2", NC_ ("test", "Bilirubin, total") },
  { "19868-9", NC_ ("test", "Lung function (FVC)") },
  { "1988-5", NC_ ("test", "Inflammation (CRP)") },
  { "1989-3", NC_ ("test", "Vitamin D") },
  { "19926-5", NC_ ("test", "Lung function (FEV1/FVC)") },
  { "2000-8", NC_ ("test", "Calcium") },
  { "20150-9", NC_ ("test", "Lung function (FEV1)") },
  { "2028-9", NC_ ("test", "Carbon dioxide in blood") },
  { "20454-5", NC_ ("test", "Protein in urine") },
  { "20509-6", NC_ ("test", "Hemoglobin") },
  { "20564-1", NC_ ("test", "Oxygen in blood") },
  { "20565-8", NC_ ("test", "Carbon dioxide in blood") },
  { "20570-8", NC_ ("test", "Share of red cells in blood (hematocrit)") },
  { "2069-3", NC_ ("test", "Chloride") },
  { "2075-0", NC_ ("test", "Chloride") },
  { "2085-9", NC_ ("test", "\"Good\" cholesterol (HDL)") },
  { "2089-1", NC_ ("test", "\"Bad\" cholesterol (LDL)") },
  { "2093-3", NC_ ("test", "Cholesterol, total") },
  { "21000-5", NC_ ("test", "Spread of red cell sizes (RDW)") },
  { "2106-3", NC_ ("test", "Pregnancy test") },
  { "2118-8", NC_ ("test", "Pregnancy test") },
  { "2132-9", NC_ ("test", "Vitamin B12") },
  { "2157-6", NC_ ("test", "Muscle enzyme (CK)") },
  { "2160-0", NC_ ("test", "Creatinine (kidneys)") },
  { "22664-7", NC_ ("test", "Urea (kidneys)") },
  { "22748-8", NC_ ("test", "\"Bad\" cholesterol (LDL)") },
  { "2276-4", NC_ ("test", "Stored iron (ferritin)") },
  { "2284-8", NC_ ("test", "Folic acid") },
  { "2324-2", NC_ ("test", "Liver enzyme (GGT)") },
  { "2339-0", NC_ ("test", "Blood sugar") },
  { "2340-8", NC_ ("test", "Blood sugar") },
  { "2345-7", NC_ ("test", "Blood sugar") },
  { "24321-2", NC_ ("test", "Blood tests: salts, sugar and kidneys (metabolic panel)") },
  { "24323-8", NC_ ("test", "Blood tests: salts, sugar, liver and kidneys (metabolic panel)") },
  { "24331-1", NC_ ("test", "Blood fats (lipid panel)") },
  { "24356-8", NC_ ("test", "Urine test") },
  { "24357-6", NC_ ("test", "Urine test") },
  { "2498-4", NC_ ("test", "Iron") },
  { "2514-8", NC_ ("test", "Ketones in urine") },
  { "25428-4", NC_ ("test", "Sugar in urine") },
  { "2571-8", NC_ ("test", "Fats in blood (triglycerides)") },
  { "2601-3", NC_ ("test", "Magnesium") },
  { "26444-0", NC_ ("test", "Basophils") },
  { "26449-9", NC_ ("test", "Eosinophils") },
  { "26450-7", NC_ ("test", "Share of eosinophils") },
  { "26453-1", NC_ ("test", "Red blood cells") },
  { "26464-8", NC_ ("test", "White blood cells") },
  { "26474-7", NC_ ("test", "Lymphocytes") },
  { "26478-8", NC_ ("test", "Share of lymphocytes") },
  { "26484-6", NC_ ("test", "Monocytes") },
  { "26485-3", NC_ ("test", "Share of monocytes") },
  { "26499-4", NC_ ("test", "Neutrophils") },
  { "26511-6", NC_ ("test", "Share of neutrophils") },
  { "26515-7", NC_ ("test", "Blood platelets") },
  { "2708-6", NC_ ("test", "Oxygen in blood") },
  { "2756-5", NC_ ("test", "Acidity of urine (pH)") },
  { "2777-1", NC_ ("test", "Phosphate") },
  { "2823-3", NC_ ("test", "Potassium") },
  { "2857-1", NC_ ("test", "Prostate marker (PSA)") },
  { "2885-2", NC_ ("test", "Protein in blood") },
  { "29463-7", NC_ ("test", "Weight") },
  { "2947-0", NC_ ("test", "Sodium") },
  { "2951-2", NC_ ("test", "Sodium") },
  { "3016-3", NC_ ("test", "Thyroid (TSH)") },
  { "30180-4", NC_ ("test", "Share of basophils") },
  { "3024-7", NC_ ("test", "Thyroid (free T4)") },
  { "30341-2", NC_ ("test", "Inflammation (sedimentation rate)") },
  { "30350-3", NC_ ("test", "Hemoglobin") },
  { "3051-0", NC_ ("test", "Thyroid (free T3)") },
  { "30522-7", NC_ ("test", "Inflammation (CRP)") },
  { "3084-1", NC_ ("test", "Uric acid") },
  { "30934-4", NC_ ("test", "Heart strain (BNP)") },
  { "3094-0", NC_ ("test", "Urea nitrogen (kidneys)") },
  { "3137-7", NC_ ("test", "Height") },
  { "3141-9", NC_ ("test", "Weight") },
  { "3173-2", NC_ ("test", "Blood clotting (aPTT)") },
  { "32207-3", NC_ ("test", "Spread of platelet sizes") },
  { "32309-7", NC_ ("test", "Cholesterol ratio") },
  { "32623-1", NC_ ("test", "Size of blood platelets (MPV)") },
  { "33452-4", NC_ ("test", "Peak flow of breath") },
  { "33762-6", NC_ ("test", "Heart strain (NT-proBNP)") },
  { "33914-3", NC_ ("test", "Filtering of the kidneys (eGFR)") },
  { "35094-2", NC_ ("test", "Blood pressure") },
  { "38208-5", NC_ ("test", "Pain, from 0 to 10") },
  { "38483-4", NC_ ("test", "Creatinine (kidneys)") },
  { "39156-5", NC_ ("test", "Body mass index (BMI)") },
  { "39469-2", NC_ ("test", "\"Bad\" cholesterol (LDL)") },
  { "41653-7", NC_ ("test", "Blood sugar, by meter") },
  { "41995-2", NC_ ("test", "Blood sugar (HbA1c)") },
  { "42719-5", NC_ ("test", "Bilirubin, total") },
  { "43396-1", NC_ ("test", "Cholesterol without HDL") },
  { "44249-1", NC_ ("test", "Depression questions (PHQ-9)") },
  { "44261-6", NC_ ("test", "Depression score (PHQ-9)") },
  { "4537-7", NC_ ("test", "Inflammation (sedimentation rate)") },
  { "4544-3", NC_ ("test", "Share of red cells in blood (hematocrit)") },
  { "4548-4", NC_ ("test", "Blood sugar (HbA1c)") },
  { "48065-7", NC_ ("test", "Blood clotting (D-dimer)") },
  { "48642-3", NC_ ("test", "Filtering of the kidneys (eGFR)") },
  { "48643-1", NC_ ("test", "Filtering of the kidneys (eGFR)") },
  { "49765-1", NC_ ("test", "Calcium") },
  { "51990-0", NC_ ("test", "Blood tests: salts, sugar and kidneys (metabolic panel)") },
  { "55284-4", NC_ ("test", "Blood pressure") },
  { "55757-9", NC_ ("test", "Depression questions (PHQ-2)") },
  { "55758-7", NC_ ("test", "Depression score (PHQ-2)") },
  { "56086-2", NC_ ("test", "Waist") },
  { "57021-8", NC_ ("test", "Blood count (CBC)") },
  { "57698-3", NC_ ("test", "Blood fats (lipid panel)") },
  { "5770-3", NC_ ("test", "Bilirubin in urine") },
  { "5792-7", NC_ ("test", "Sugar in urine") },
  { "5794-3", NC_ ("test", "Blood in urine") },
  { "5799-2", NC_ ("test", "White cells in urine") },
  { "5802-4", NC_ ("test", "Nitrite in urine") },
  { "5803-2", NC_ ("test", "Acidity of urine (pH)") },
  { "5804-0", NC_ ("test", "Protein in urine") },
  { "5811-5", NC_ ("test", "Density of urine") },
  { "58410-2", NC_ ("test", "Blood count (CBC)") },
  { "5902-2", NC_ ("test", "Blood clotting (prothrombin time)") },
  { "5905-5", NC_ ("test", "Share of monocytes") },
  { "59260-0", NC_ ("test", "Hemoglobin") },
  { "59261-8", NC_ ("test", "Blood sugar (HbA1c)") },
  { "59408-5", NC_ ("test", "Oxygen in blood") },
  { "59576-9", NC_ ("test", "Body mass index for age and sex") },
  { "61151-7", NC_ ("test", "Albumin") },
  { "62238-1", NC_ ("test", "Filtering of the kidneys (eGFR)") },
  { "62292-8", NC_ ("test", "Vitamin D") },
  { "6298-4", NC_ ("test", "Potassium") },
  { "6299-2", NC_ ("test", "Urea nitrogen (kidneys)") },
  { "6301-6", NC_ ("test", "Blood clotting (INR)") },
  { "63640-7", NC_ ("test", "Smoking") },
  { "6598-7", NC_ ("test", "Heart muscle (troponin)") },
  { "6690-2", NC_ ("test", "White blood cells") },
  { "6768-6", NC_ ("test", "Alkaline phosphatase (ALP)") },
  { "67875-5", NC_ ("test", "Employment") },
  { "69405-9", NC_ ("test", "Filtering of the kidneys (eGFR)") },
  { "69737-5", NC_ ("test", "Anxiety questions (GAD-7)") },
  { "70274-6", NC_ ("test", "Anxiety score (GAD-7)") },
  { "704-7", NC_ ("test", "Basophils") },
  { "706-2", NC_ ("test", "Share of basophils") },
  { "711-2", NC_ ("test", "Eosinophils") },
  { "713-8", NC_ ("test", "Share of eosinophils") },
  { "718-7", NC_ ("test", "Hemoglobin") },
  { "72109-2", NC_ ("test", "Alcohol score (AUDIT-C)") },
  { "72166-2", NC_ ("test", "Smoking") },
  { "72514-3", NC_ ("test", "Pain, from 0 to 10") },
  { "731-0", NC_ ("test", "Lymphocytes") },
  { "736-9", NC_ ("test", "Share of lymphocytes") },
  { "742-7", NC_ ("test", "Monocytes") },
  { "751-8", NC_ ("test", "Neutrophils") },
  { "75626-2", NC_ ("test", "Alcohol score (AUDIT-C)") },
  { "76690-7", NC_ ("test", "Sexual orientation") },
  { "76691-5", NC_ ("test", "Gender identity") },
  { "770-8", NC_ ("test", "Share of neutrophils") },
  { "77147-7", NC_ ("test", "Filtering of the kidneys (eGFR)") },
  { "77606-2", NC_ ("test", "Weight for length") },
  { "777-3", NC_ ("test", "Blood platelets") },
  { "785-6", NC_ ("test", "Hemoglobin in a red cell (MCH)") },
  { "786-4", NC_ ("test", "Hemoglobin in red cells (MCHC)") },
  { "787-2", NC_ ("test", "Size of red cells (MCV)") },
  { "788-0", NC_ ("test", "Spread of red cell sizes (RDW)") },
  { "789-8", NC_ ("test", "Red blood cells") },
  { "82589-3", NC_ ("test", "Education") },
  { "82667-7", NC_ ("test", "Drug use score (DAST-10)") },
  { "8280-0", NC_ ("test", "Waist") },
  { "82810-3", NC_ ("test", "Pregnancy") },
  { "8287-5", NC_ ("test", "Head circumference") },
  { "8289-1", NC_ ("test", "Head circumference for age") },
  { "8302-2", NC_ ("test", "Height") },
  { "8306-3", NC_ ("test", "Height, lying") },
  { "8310-5", NC_ ("test", "Body temperature") },
  { "8331-1", NC_ ("test", "Body temperature, in the mouth") },
  { "8462-4", NC_ ("test", "Lower blood pressure (diastolic)") },
  { "8478-0", NC_ ("test", "Mean blood pressure") },
  { "8480-6", NC_ ("test", "Upper blood pressure (systolic)") },
  { "85354-9", NC_ ("test", "Blood pressure") },
  { "882-1", NC_ ("test", "Blood group") },
  { "88293-6", NC_ ("test", "Filtering of the kidneys (eGFR)") },
  { "88294-4", NC_ ("test", "Filtering of the kidneys (eGFR)") },
  { "883-9", NC_ ("test", "Blood group (ABO)") },
  { "8867-4", NC_ ("test", "Heart rate") },
  { "8889-8", NC_ ("test", "Heart rate") },
  { "9279-1", NC_ ("test", "Breaths a minute") },
  { "9318-7", NC_ ("test", "Albumin in urine (albumin/creatinine)") },
  { "94500-6", NC_ ("test", "COVID-19 test (PCR)") },
  { "94531-1", NC_ ("test", "COVID-19 test (PCR)") },
  { "94558-4", NC_ ("test", "COVID-19 test (rapid)") },
  { "9830-1", NC_ ("test", "Cholesterol ratio") },
  { "9843-4", NC_ ("test", "Head circumference") },
  { "98979-8", NC_ ("test", "Filtering of the kidneys (eGFR)") },
};

static const char *
find_name (CairnJson code)
{
  guint low = 0, high = G_N_ELEMENTS (names);

  if (cairn_json_type (code) != CAIRN_JSON_STRING || code.length > 10)
    return NULL;
  while (low < high)
    {
      guint middle = (low + high) / 2;
      gsize length = strlen (names[middle].code);
      int order = memcmp (code.text + 1, names[middle].code, MIN (length, code.length - 2));

      if (order == 0 && length == code.length - 2)
        return names[middle].words;
      if (order < 0 || (order == 0 && code.length - 2 < length))
        high = middle;
      else
        low = middle + 1;
    }
  return NULL;
}

char *
cairn_plain_name_dup (CairnJson concept)
{
  CairnJsonIter iter;
  CairnJson coding;

  cairn_json_iter_init (&iter, cairn_json_member (concept, "coding"));
  while (cairn_json_iter_next (&iter, NULL, &coding))
    if (cairn_json_equals (cairn_json_member (coding, "system"), "http://loinc.org"))
      {
        const char *words = find_name (cairn_json_member (coding, "code"));

        if (words != NULL)
          return g_strdup (g_dpgettext2 (GETTEXT_PACKAGE, "test", words));
      }
  return NULL;
}

/* Whether the source says something in words of its own, which no dictionary has. */
static gboolean
has_own_words (CairnJson concept)
{
  g_autofree char *text = cairn_json_dup_text_at (concept, "text");
  CairnJsonIter iter;
  CairnJson coding;

  if (text == NULL)
    return FALSE;
  cairn_json_iter_init (&iter, cairn_json_member (concept, "coding"));
  while (cairn_json_iter_next (&iter, NULL, &coding))
    if (cairn_json_equals (cairn_json_member (coding, "display"), text))
      return FALSE;
  if (strpbrk (text, "[]/_") != NULL)   /* LOINC's long names have these, and names that programs give */
    return FALSE;
  return strspn (text, "abcdefghijklmnopqrstuvwxyz-") < strlen (text);
}

char *
cairn_plain_name_dup_over_text (CairnJson concept)
{
  g_autofree char *plain = cairn_plain_name_dup (concept);

  return plain != NULL && !has_own_words (concept) ? g_steal_pointer (&plain) : NULL;
}

char *
cairn_test_dup_name (CairnJson concept)
{
  char *plain = cairn_plain_name_dup_over_text (concept);

  return plain != NULL ? plain : cairn_concept_dup_text (concept);
}
