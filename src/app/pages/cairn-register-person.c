/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who wants an account: an invitation's code, or name and birth date; and where a code can be sent. What can not be right is
 * told before the portal is asked; how a birth date was understood stands below it.
 *
 * Signals: "activate" when Enter was pressed in a field; "changed".
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-account-words.h"
#include "cairn-words.h"
#include "client/cairn-birth-date.h"
#include "fhir/cairn-date.h"
#include "pages/cairn-register-person.h"
#include "parts/cairn-field-error.h"

struct _CairnRegisterPerson
{
  AdwBin parent_instance;

  GtkEditable     *birth;
  GtkLabel        *birth_words;
  GtkEditable     *contact;
  CairnFieldError *contact_error;
  GtkEditable     *family;
  GtkEditable     *given;
  GtkEditable     *invitation;
  GtkSwitch       *invited;
  GtkWidget       *invited_row;
  CairnFieldError *person_error;
  GtkLabel        *words;

  char            *birth_date;   /* as YYYY-MM-DD, NULL while it is none */
};

G_DEFINE_FINAL_TYPE (CairnRegisterPerson, cairn_register_person, ADW_TYPE_BIN)

enum
{
  ACTIVATE,
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
is_empty (GtkEditable *field)
{
  return *gtk_editable_get_text (field) == '\0';
}

static gboolean
is_invited (CairnRegisterPerson *self)
{
  return gtk_switch_get_active (self->invited);
}

/* How the birth date was understood, while it can be. */
static void
read_birth (CairnRegisterPerson *self)
{
  g_autofree char *day = NULL;

  g_clear_pointer (&self->birth_date, g_free);
  cairn_birth_date_read (gtk_editable_get_text (self->birth), cairn_birth_date_get_order (), &self->birth_date);
  gtk_widget_set_visible (GTK_WIDGET (self->birth_words), self->birth_date != NULL && !is_invited (self));
  if (self->birth_date == NULL)
    return;
  day = cairn_words_day (self->birth_date, cairn_date_now ());
  gtk_label_set_text (self->birth_words, day);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->birth), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, day, -1);
}

static void
changed_cb (CairnRegisterPerson *self)
{
  cairn_register_person_clear_errors (self);
  read_birth (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
activated_cb (CairnRegisterPerson *self)
{
  g_signal_emit (self, signals[ACTIVATE], 0);
}

static void
invited_cb (CairnRegisterPerson *self)
{
  gtk_label_set_text (self->words, cairn_account_words_whom (!gtk_widget_get_visible (self->invited_row), is_invited (self)));
  changed_cb (self);
  cairn_register_person_take_focus (self);
}

static void
cairn_register_person_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CAIRN_TYPE_REGISTER_PERSON);

  G_OBJECT_CLASS (cairn_register_person_parent_class)->dispose (object);
}

static void
cairn_register_person_finalize (GObject *object)
{
  g_free (CAIRN_REGISTER_PERSON (object)->birth_date);

  G_OBJECT_CLASS (cairn_register_person_parent_class)->finalize (object);
}

static void
cairn_register_person_class_init (CairnRegisterPersonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_register_person_dispose;
  G_OBJECT_CLASS (klass)->finalize = cairn_register_person_finalize;

  signals[ACTIVATE] = g_signal_new ("activate", CAIRN_TYPE_REGISTER_PERSON, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);
  signals[CHANGED] = g_signal_new ("changed", CAIRN_TYPE_REGISTER_PERSON, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);

  g_type_ensure (CAIRN_TYPE_FIELD_ERROR);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-register-person.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnRegisterPerson, birth);
  gtk_widget_class_bind_template_child (widget_class, CairnRegisterPerson, birth_words);
  gtk_widget_class_bind_template_child (widget_class, CairnRegisterPerson, contact);
  gtk_widget_class_bind_template_child (widget_class, CairnRegisterPerson, contact_error);
  gtk_widget_class_bind_template_child (widget_class, CairnRegisterPerson, family);
  gtk_widget_class_bind_template_child (widget_class, CairnRegisterPerson, given);
  gtk_widget_class_bind_template_child (widget_class, CairnRegisterPerson, invitation);
  gtk_widget_class_bind_template_child (widget_class, CairnRegisterPerson, invited);
  gtk_widget_class_bind_template_child (widget_class, CairnRegisterPerson, invited_row);
  gtk_widget_class_bind_template_child (widget_class, CairnRegisterPerson, person_error);
  gtk_widget_class_bind_template_child (widget_class, CairnRegisterPerson, words);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, invited_cb);
}

static void
cairn_register_person_init (CairnRegisterPerson *self)
{
  g_autofree char *example = cairn_birth_date_dup_example ();
  g_autofree char *title = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  /* Translators: %s is a day as the country writes it, such as "02/29/1980" */
  title = g_strdup_printf (_("Birth date, such as %s"), example);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->birth), title);
}

/* Nothing of the person before stays; closed means that only an invitation makes an account. */
void
cairn_register_person_open (CairnRegisterPerson *self,
                            gboolean             closed)
{
  GtkEditable *fields[5];

  g_return_if_fail (CAIRN_IS_REGISTER_PERSON (self));

  fields[0] = self->invitation;
  fields[1] = self->given;
  fields[2] = self->family;
  fields[3] = self->birth;
  fields[4] = self->contact;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    gtk_editable_set_text (fields[i], "");
  gtk_widget_set_visible (self->invited_row, !closed);
  gtk_switch_set_active (self->invited, closed);
  gtk_label_set_text (self->words, cairn_account_words_whom (closed, closed));
}

gboolean
cairn_register_person_is_filled (CairnRegisterPerson *self)
{
  g_return_val_if_fail (CAIRN_IS_REGISTER_PERSON (self), FALSE);

  return !is_empty (self->contact) &&
         (is_invited (self) ? !is_empty (self->invitation)
                            : !is_empty (self->given) && !is_empty (self->family) && !is_empty (self->birth));
}

/* Whether it can be right; else what is wrong is shown. */
gboolean
cairn_register_person_check (CairnRegisterPerson *self)
{
  const char *const births[] = {
    [CAIRN_BIRTH_DATE_UNREADABLE] = _("Write the day, the month and the year, such as 29 February 1980."),
    [CAIRN_BIRTH_DATE_NO_SUCH_DAY] = _("There is no such day. Look at the day and the month once more."),
    [CAIRN_BIRTH_DATE_SHORT_YEAR] = _("Write the year with four digits, such as 1980."),
    [CAIRN_BIRTH_DATE_TO_COME] = _("This day is yet to come. Look at the year once more."),
    [CAIRN_BIRTH_DATE_LONG_AGO] = _("This is too long ago. Look at the year once more."),
  };
  CairnBirthDate birth = CAIRN_BIRTH_DATE_RIGHT;
  const char *words;

  g_return_val_if_fail (CAIRN_IS_REGISTER_PERSON (self), FALSE);

  if (!is_invited (self))
    birth = cairn_birth_date_read (gtk_editable_get_text (self->birth), cairn_birth_date_get_order (), NULL);
  if (birth != CAIRN_BIRTH_DATE_RIGHT)
    {
      cairn_field_error_show (self->person_error, GTK_WIDGET (self->birth), births[birth]);
      return FALSE;
    }
  words = cairn_account_words_contact (gtk_editable_get_text (self->contact), CAIRN_CONTACT_UNREADABLE);
  if (words != NULL)
    cairn_field_error_show (self->contact_error, GTK_WIDGET (self->contact), words);
  return words == NULL;
}

/* What was written, borrowed until it changes. */
void
cairn_register_person_get (CairnRegisterPerson *self,
                           CairnNewcomer       *person)
{
  const char *contact;
  gboolean phone;

  g_return_if_fail (CAIRN_IS_REGISTER_PERSON (self));

  contact = gtk_editable_get_text (self->contact);
  phone = cairn_contact_is_phone (contact);
  *person = (CairnNewcomer) { .email = phone ? NULL : contact, .phone = phone ? contact : NULL };
  if (is_invited (self))
    {
      person->invitation = gtk_editable_get_text (self->invitation);
      return;
    }
  person->given = gtk_editable_get_text (self->given);
  person->family = gtk_editable_get_text (self->family);
  person->birth_date = self->birth_date;
}

const char *
cairn_register_person_get_contact (CairnRegisterPerson *self)
{
  g_return_val_if_fail (CAIRN_IS_REGISTER_PERSON (self), NULL);

  return gtk_editable_get_text (self->contact);
}

/* All that it says, to know whether it was changed. */
char *
cairn_register_person_dup_all (CairnRegisterPerson *self)
{
  CairnNewcomer person;

  g_return_val_if_fail (CAIRN_IS_REGISTER_PERSON (self), NULL);

  cairn_register_person_get (self, &person);
  return g_strjoin ("\n", person.invitation != NULL ? person.invitation : person.given != NULL ? person.given : "",
                    person.family != NULL ? person.family : "", person.birth_date != NULL ? person.birth_date : "",
                    gtk_editable_get_text (self->contact), NULL);
}

/* Who it is in a line, to be checked. */
char *
cairn_register_person_dup_words (CairnRegisterPerson *self)
{
  CairnNewcomer person;
  g_autofree char *day = NULL;

  g_return_val_if_fail (CAIRN_IS_REGISTER_PERSON (self), NULL);

  cairn_register_person_get (self, &person);
  if (person.invitation != NULL)
    /* Translators: %s is the code of an invitation */
    return g_strdup_printf (_("Invitation %s"), person.invitation);
  day = person.birth_date != NULL ? cairn_words_day (person.birth_date, cairn_date_now ()) : g_strdup ("");
  /* Translators: 1 given names, 2 family name, 3 a day */
  return g_strdup_printf (_("%1$s %2$s, born %3$s"), person.given, person.family, day);
}

/* What the portal says is wrong with a field, or with no field: then the focus goes to the button. */
void
cairn_register_person_say (CairnRegisterPerson *self,
                           const char          *field,
                           const char          *words,
                           GtkWidget           *button)
{
  GtkEditable *person;

  g_return_if_fail (CAIRN_IS_REGISTER_PERSON (self));

  person = g_strcmp0 (field, "given") == 0 ? self->given : g_strcmp0 (field, "family") == 0 ? self->family
           : g_strcmp0 (field, "birth_date") == 0 ? self->birth : g_strcmp0 (field, "invitation") == 0 ? self->invitation : NULL;
  if (person != NULL)
    cairn_field_error_show (self->person_error, GTK_WIDGET (person), words);
  else
    cairn_field_error_show (self->contact_error, field != NULL ? GTK_WIDGET (self->contact) : button, words);
}

void
cairn_register_person_clear_errors (CairnRegisterPerson *self)
{
  g_return_if_fail (CAIRN_IS_REGISTER_PERSON (self));

  cairn_field_error_clear (self->person_error);
  cairn_field_error_clear (self->contact_error);
}

void
cairn_register_person_take_focus (CairnRegisterPerson *self)
{
  g_return_if_fail (CAIRN_IS_REGISTER_PERSON (self));

  gtk_widget_grab_focus (GTK_WIDGET (is_invited (self) ? self->invitation : self->given));
}
