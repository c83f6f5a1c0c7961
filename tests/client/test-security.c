/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One's own account at the real portal (cairn-security.c, cairn-security-contact.c, cairn-contact.c, cairn-security-get.c, cairn-security-read.c, cairn-security-steps.c) and
 * QR codes (cairn-qr.c). */
#include "client-test.h"

#include "client/cairn-contact.h"
#include "client/cairn-qr.h"
#include "client/cairn-security.h"
#include "client/security/cairn-security-private.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "server/accounts/portal-factor.h"

#include <string.h>

#define NEW_PASSWORD "seven tall herons wade"

static gboolean
end (CairnSecurity *self, GAsyncResult **result, GError **error)
{
  gboolean done = cairn_security_step_finish (self, client_test_wait (result), error);

  g_clear_object (result);
  return done;
}

static void
assert_done (CairnSecurity *self, GAsyncResult **result)
{
  g_autoptr(GError) error = NULL;

  end (self, result, &error);
  g_assert_no_error (error);
  g_assert_null (cairn_security_get_refusal (self));
}

static void
assert_refused (CairnSecurity *self, GAsyncResult **result, const char *why, const char *field)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (end (self, result, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_REJECTED);
  g_assert_cmpstr (cairn_security_get_refusal (self)->code, ==, why);
  g_assert_cmpstr (cairn_security_get_refusal (self)->field, ==, field);
}

static void
load (CairnSecurity *self)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_security_load_async (self, NULL, client_test_done, &result);
  assert_done (self, &result);
}

static gpointer
age_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (cairn_connection_exec (db, "UPDATE grants SET proved = proved - 600000", error));
}

/* As if everybody had signed in ten minutes earlier */
static void
age (Clinic *clinic)
{
  g_autoptr(GError) error = NULL;

  cairn_database_run (portal_store_get_writer (portal_get_store (clinic->portal)), age_on_writer, NULL, &error);
  g_assert_no_error (error);
}

static CairnSession *
sign_in (Clinic *clinic, const char *password, const char *code, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_session_sign_in_async (portal_get_url (clinic->portal), "anna", password, code, FALSE, NULL, client_test_done, &result);
  return cairn_session_sign_in_finish (client_test_wait (&result), error);
}

static gboolean
was_done (CairnSecurity *self, const char *action)
{
  GPtrArray *activity = cairn_security_get_activity (self);

  for (guint i = 0; activity != NULL && i < activity->len; i++)
    {
      const CairnActivity *event = g_ptr_array_index (activity, i);

      if (g_str_equal (event->action, action) && event->done && event->time > 0)
        return TRUE;
    }
  return FALSE;
}

static void
test_load (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(CairnSession) session = clinic_sign_in (clinic, FALSE);
  g_autoptr(CairnSession) second = clinic_sign_in (clinic, FALSE);
  CairnSecurity *self = cairn_security_new (session);
  const CairnDevice *device, *other;
  gint64 now = cairn_date_now ();

  load (self);
  g_assert_true (cairn_security_get_session (self) == session);
  g_assert_cmpstr (cairn_security_get_username (self), ==, "anna");
  g_assert_cmpstr (cairn_security_get_email (self), ==, "anna@example.org");
  g_assert_cmpuint (cairn_security_get_password_min (self), ==, 15);
  g_assert_false (cairn_security_get_factor (self));
  g_assert_cmpuint (cairn_security_get_devices (self)->len, ==, 2);
  device = g_ptr_array_index (cairn_security_get_devices (self), 0);
  other = g_ptr_array_index (cairn_security_get_devices (self), 1);
  g_assert_true (device->current != other->current);
  g_assert_cmpint (ABS (now - device->created), <, 60 * 1000);
  g_assert_true (was_done (self, "sign-in"));
  g_assert_false (cairn_security_get_more_activity (self));
  client_test_finalize (self);
  cairn_session_close (session);
  cairn_session_close (second);
}

/* Turned on, renewed and off; each step asked for again a while after the sign-in only goes on when it is proved. */
static void
test_factor (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(CairnSession) session = clinic_sign_in (clinic, FALSE);
  CairnSession *again;
  CairnSecurity *self = cairn_security_new (session);
  g_autoptr(GAsyncResult) result = NULL, proof = NULL;
  g_autofree char *secret = NULL, *code = NULL, *recovery = NULL, *old = NULL;
  g_autoptr(GError) error = NULL;
  gint64 step;

  cairn_security_begin_factor_async (self, NULL, client_test_done, &result);
  assert_done (self, &result);
  secret = g_strdup (cairn_security_get_factor_key (self));
  g_assert_nonnull (strstr (cairn_security_get_factor_uri (self), secret));
  cairn_security_confirm_factor_async (self, "000000", NULL, client_test_done, &result);
  assert_refused (self, &result, "otp_wrong", "code");
  code = portal_factor_code (secret, cairn_date_now (), &step);
  cairn_security_confirm_factor_async (self, code, NULL, client_test_done, &result);
  assert_done (self, &result);
  g_assert_null (cairn_security_get_factor_key (self));
  g_assert_cmpuint (g_strv_length ((char **) cairn_security_get_new_codes (self)), ==, 10);
  recovery = g_strdup (cairn_security_get_new_codes (self)[0]);
  old = g_strdup (cairn_security_get_new_codes (self)[1]);
  cairn_security_forget_secrets (self);
  g_assert_null (cairn_security_get_new_codes (self));
  load (self);
  g_assert_true (cairn_security_get_factor (self));
  g_assert_cmpint (cairn_security_get_codes_left (self), ==, 10);
  g_assert_cmpint (cairn_security_get_factor_since (self), >, 0);
  g_assert_true (was_done (self, "second-factor-set"));

  age (clinic);
  cairn_security_renew_codes_async (self, NULL, client_test_done, &result);
  while (!cairn_security_get_proving (self))
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (result);
  cairn_security_prove_async (self, "wrong", recovery, NULL, client_test_done, &proof);
  assert_refused (self, &proof, "password_wrong", "password");
  cairn_security_prove_async (self, CLINIC_PASSWORD, NULL, NULL, client_test_done, &proof);
  assert_refused (self, &proof, "otp_needed", "otp");
  g_assert_true (cairn_security_get_proving (self));
  cairn_security_prove_async (self, CLINIC_PASSWORD, recovery, NULL, client_test_done, &proof);
  assert_done (self, &proof);
  g_assert_false (cairn_security_get_proving (self));
  assert_done (self, &result);
  g_assert_cmpint (cairn_security_get_codes_left (self), ==, 10);

  g_assert_null (sign_in (clinic, CLINIC_PASSWORD, old, &error));
  g_assert_true (cairn_session_needs_otp (error));
  again = sign_in (clinic, CLINIC_PASSWORD, cairn_security_get_new_codes (self)[0], NULL);
  g_assert_nonnull (again);
  cairn_session_close (again);
  g_object_unref (again);

  cairn_security_remove_factor_async (self, NULL, client_test_done, &result);
  assert_done (self, &result);
  g_assert_false (cairn_security_get_factor (self));
  again = sign_in (clinic, CLINIC_PASSWORD, NULL, NULL);
  g_assert_nonnull (again);
  cairn_session_close (again);
  g_object_unref (again);
  client_test_finalize (self);
  cairn_session_close (session);
}

/* Another e-mail address: proved by a code, after a fresh proof of the owner; the old one is told. */
static void
test_contact (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(CairnSession) session = clinic_sign_in (clinic, FALSE);
  CairnSecurity *self = cairn_security_new (session);
  g_autoptr(GAsyncResult) result = NULL, proof = NULL;
  g_autofree char *letter = NULL, *code = NULL, *told = NULL;

  load (self);
  g_assert_null (cairn_security_get_phone (self));
  age (clinic);
  cairn_security_begin_contact_async (self, "new@example.org", NULL, client_test_done, &result);
  while (!cairn_security_get_proving (self))
    g_main_context_iteration (NULL, TRUE);
  cairn_security_prove_async (self, CLINIC_PASSWORD, NULL, NULL, client_test_done, &proof);
  assert_done (self, &proof);
  assert_done (self, &result);
  g_assert_cmpint (cairn_security_get_resend_after (self), >, 0);
  g_assert_cmpstr (cairn_security_get_email (self), ==, "anna@example.org");
  cairn_security_confirm_contact_async (self, "00000000", NULL, client_test_done, &result);
  assert_refused (self, &result, "code_wrong", "code");
  letter = clinic_take_letter (clinic, "mail", "new@example.org");
  code = clinic_code_in (letter);
  cairn_security_confirm_contact_async (self, code, NULL, client_test_done, &result);
  assert_done (self, &result);
  g_assert_cmpstr (cairn_security_get_email (self), ==, "new@example.org");
  load (self);
  g_assert_cmpstr (cairn_security_get_email (self), ==, "new@example.org");
  g_assert_true (was_done (self, "contact-set"));
  while (told == NULL || strstr (told, "Subject: Your contact details") == NULL)   /* a new device is told there, too */
    {
      g_free (told);
      told = clinic_take_letter (clinic, "mail", "anna@example.org");
    }
  client_test_finalize (self);
  cairn_session_close (session);
}

/* What is refused says which field it is about. */
static void
test_contact_refused (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(CairnSession) session = clinic_sign_in (clinic, FALSE);
  CairnSecurity *self = cairn_security_new (session);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  cairn_security_begin_contact_async (self, "anna@example.org", NULL, client_test_done, &result);
  g_assert_false (end (self, &result, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_CONFLICT);
  g_assert_true (cairn_refusal_is (cairn_security_get_refusal (self), "contact_same"));
  cairn_security_begin_contact_async (self, "555 0142", NULL, client_test_done, &result);
  assert_refused (self, &result, "phone_wrong", "phone");
  cairn_security_begin_contact_async (self, "new@example.org", NULL, client_test_done, &result);
  assert_done (self, &result);
  cairn_security_resend_contact_async (self, NULL, client_test_done, &result);
  g_assert_false (end (self, &result, NULL));                   /* not before its time */
  client_test_finalize (self);
  cairn_session_close (session);
}

static void
test_contact_read (void)
{
  static const struct { const char *text; CairnContactKind kind; } cases[] = {
    { "ana@example.org", CAIRN_CONTACT_EMAIL },
    { " ana@example.org ", CAIRN_CONTACT_EMAIL },
    { "ana@bücher.example", CAIRN_CONTACT_EMAIL },
    { "david.moreno@example", CAIRN_CONTACT_NO_ENDING },
    { "ana@example.", CAIRN_CONTACT_NO_ENDING },
    { "ana@example.o", CAIRN_CONTACT_NO_ENDING },
    { "ana@.org", CAIRN_CONTACT_UNREADABLE },
    { "ana@example..org", CAIRN_CONTACT_UNREADABLE },
    { "@example.org", CAIRN_CONTACT_UNREADABLE },
    { "ana maria@example.org", CAIRN_CONTACT_UNREADABLE },
    { "ana@", CAIRN_CONTACT_UNREADABLE },
    { "ana", CAIRN_CONTACT_UNREADABLE },
    { "", CAIRN_CONTACT_UNREADABLE },
    { "+1 (555) 010-0142", CAIRN_CONTACT_PHONE },
    { "+34/600.10.20", CAIRN_CONTACT_PHONE },
    { "(555) 010-0142", CAIRN_CONTACT_NO_COUNTRY },
    { "+1 555", CAIRN_CONTACT_UNREADABLE },
    { "+1 555 010 0142x", CAIRN_CONTACT_UNREADABLE },
    { "4ana@example.org", CAIRN_CONTACT_EMAIL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (cairn_contact_read (cases[i].text), ==, cases[i].kind);
    }
}

static gboolean
has_expired (gpointer data)
{
  return cairn_session_get_expired (data);
}

static void
test_devices (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(CairnSession) session = clinic_sign_in (clinic, FALSE);
  g_autoptr(CairnSession) second = clinic_sign_in (clinic, FALSE);
  g_autoptr(CairnSession) third = clinic_sign_in (clinic, FALSE);
  g_autoptr(CairnSecurity) elsewhere = cairn_security_new (second);
  CairnSecurity *self = cairn_security_new (session);
  g_autoptr(GAsyncResult) result = NULL;
  g_autofree char *id = NULL;
  g_autoptr(GError) error = NULL;

  load (self);
  g_assert_cmpuint (cairn_security_get_devices (self)->len, ==, 3);
  load (elsewhere);
  for (guint i = 0; i < 3; i++)
    {
      const CairnDevice *device = g_ptr_array_index (cairn_security_get_devices (elsewhere), i);

      if (device->current)
        id = g_strdup (device->id);
    }
  cairn_security_sign_out_device_async (self, id, NULL, client_test_done, &result);
  assert_done (self, &result);
  cairn_security_sign_out_device_async (self, "nowhere", NULL, client_test_done, &result);
  assert_refused (self, &result, "no_session", NULL);
  cairn_security_load_async (elsewhere, NULL, client_test_done, &result);
  g_assert_false (end (elsewhere, &result, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_SIGN_IN);
  client_test_spin (has_expired, second);
  cairn_security_sign_out_others_async (self, NULL, client_test_done, &result);
  assert_done (self, &result);
  load (self);
  g_assert_cmpuint (cairn_security_get_devices (self)->len, ==, 1);
  g_assert_true (((CairnDevice *) g_ptr_array_index (cairn_security_get_devices (self), 0))->current);
  cairn_session_close (session);
  cairn_session_close (second);
  cairn_session_close (third);
  client_test_finalize (self);
}

/* A new password ends the other sessions, and unlocks without the portal from then on. */
static void
test_password (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(CairnSession) session = clinic_sign_in (clinic, TRUE);
  g_autoptr(CairnSession) second = clinic_sign_in (clinic, FALSE);
  CairnSecurity *self = cairn_security_new (session);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  cairn_security_set_password_async (self, "short", NULL, client_test_done, &result);
  assert_refused (self, &result, "password_short", "password");
  cairn_security_set_password_async (self, NEW_PASSWORD, NULL, client_test_done, &result);
  assert_done (self, &result);
  load (self);
  g_assert_cmpuint (cairn_security_get_devices (self)->len, ==, 1);
  g_assert_true (was_done (self, "password-set"));
  g_assert_null (sign_in (clinic, CLINIC_PASSWORD, NULL, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS);
  g_clear_error (&error);

  clinic_stop (clinic);
  cairn_session_lock (session);
  cairn_session_unlock_async (session, CLINIC_PASSWORD, NULL, client_test_done, &result);
  g_assert_false (cairn_session_unlock_finish (session, client_test_wait (&result), &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS);
  g_clear_object (&result);
  g_clear_error (&error);
  cairn_session_unlock_async (session, NEW_PASSWORD, NULL, client_test_done, &result);
  g_assert_true (cairn_session_unlock_finish (session, client_test_wait (&result), &error));
  clinic_start (clinic);
  client_test_finalize (self);
  clinic_sign_out (session);
  cairn_session_close (second);
}

/* Given up, cancelled before and during, without a portal: the step ends, and nothing was changed. */
static void
test_given_up (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(CairnSession) session = clinic_sign_in (clinic, FALSE);
  CairnSecurity *self = cairn_security_new (session);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  load (self);
  age (clinic);
  cairn_security_set_password_async (self, NEW_PASSWORD, NULL, client_test_done, &result);
  while (!cairn_security_get_proving (self))
    g_main_context_iteration (NULL, TRUE);
  cairn_security_give_up (self);
  g_assert_false (end (self, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (cairn_security_get_proving (self));
  cairn_security_give_up (self);

  cairn_security_load_async (self, cancellable, client_test_done, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (end (self, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  cairn_security_sign_out_others_async (self, cancellable, client_test_done, &result);
  g_assert_false (end (self, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  clinic_stop (clinic);
  cairn_security_sign_out_others_async (self, NULL, client_test_done, &result);
  g_assert_false (end (self, &result, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_NETWORK);
  clinic_start (clinic);
  client_test_finalize (self);
  cairn_session_close (session);
}

/* What another portal may say */
static void
test_read (void)
{
  static const struct { const char *json; gboolean good; guint n; } cases[] = {
    { "{\"apps\":[]}", TRUE, 0 },
    { "{\"apps\":{}}", FALSE, 0 },
    { "{}", FALSE, 0 },
    { "{\"apps\":[{\"name\":\"No id\"},7,null,[],{\"id\":\"one\"}]}", TRUE, 1 },
  };
  g_autoptr(CairnSecurity) self = g_object_new (CAIRN_TYPE_SECURITY, NULL);
  const CairnConnectedApp *app;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_true (cairn_security_read_apps (self, cairn_json_from_string (cases[i].json)) == cases[i].good);
      g_assert_cmpuint (cairn_security_get_apps (self)->len, ==, cases[i].n);
    }
  cairn_security_read_apps (self, cairn_json_from_string (
    "{\"apps\":[{\"id\":\"r\",\"name\":\"Reader\",\"known\":false,\"scope\":\"patient/*.rs\",\"refresh\":true,"
    "\"connected\":\"2026-11-01T10:00:00Z\",\"last_used\":\"2026-11-24T10:00:00.5Z\"}]}"));
  app = g_ptr_array_index (cairn_security_get_apps (self), 0);
  g_assert_true (app->self_registered && app->stays);
  g_assert_cmpint (app->connected, ==, G_GINT64_CONSTANT (1793527200000));
  g_assert_cmpint (app->used - app->connected, ==, G_GINT64_CONSTANT (1987200500));
  g_assert_false (cairn_security_read_secret (self, cairn_json_from_string ("{\"secret\":\"AA\",\"uri\":\"file:///etc\"}")));
  g_assert_false (cairn_security_read_codes (self, cairn_json_from_string ("{\"recovery_codes\":[]}")));
  cairn_security_read_activity (self, cairn_json_from_string ("{\"events\":[{\"action\":\"sign-in\"}],\"next\":\"9\"}"));
  g_assert_true (cairn_security_get_more_activity (self));
  cairn_security_read_older (self, cairn_json_from_string ("{\"events\":[{\"action\":\"app-end\",\"app\":\"Reader\"}]}"));
  g_assert_false (cairn_security_get_more_activity (self));
  g_assert_cmpuint (cairn_security_get_activity (self)->len, ==, 2);
  g_assert_cmpstr (((CairnActivity *) g_ptr_array_index (cairn_security_get_activity (self), 1))->app, ==, "Reader");
}

/* Its three corners are where a telephone looks for them (ISO/IEC 18004 §6.3.3). */
static void
test_qr (void)
{
  static const char *const corner[] = { "1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111" };
  g_autofree char *much = g_strnfill (5000, 'x');
  g_autoptr(GBytes) cells = NULL;
  const guint8 *cell;
  guint size = 0;

  cells = cairn_qr_encode ("otpauth://totp/Cairn:anna?secret=JBSWY3DPEHPK3PXP&issuer=Cairn", &size);
  g_assert_cmpuint (size, >=, 21);
  g_assert_cmpuint (size % 4, ==, 1);
  g_assert_cmpuint (g_bytes_get_size (cells), ==, size * size);
  cell = g_bytes_get_data (cells, NULL);
  for (guint y = 0; y < 7; y++)
    for (guint x = 0; x < 7; x++)
      {
        g_assert_cmpuint (cell[y * size + x], ==, (guint8) (corner[y][x] - '0'));
        g_assert_cmpuint (cell[y * size + size - 7 + x], ==, (guint8) (corner[y][x] - '0'));
        g_assert_cmpuint (cell[(size - 7 + y) * size + x], ==, (guint8) (corner[y][x] - '0'));
      }
  g_assert_null (cairn_qr_encode (much, &size));
}

static void
add_tests (void)
{
  g_test_add_func ("/security/load", test_load);
  g_test_add_func ("/security/factor", test_factor);
  g_test_add_func ("/security/contact", test_contact);
  g_test_add_func ("/security/contact-refused", test_contact_refused);
  g_test_add_func ("/security/contact-read", test_contact_read);
  g_test_add_func ("/security/devices", test_devices);
  g_test_add_func ("/security/password", test_password);
  g_test_add_func ("/security/given-up", test_given_up);
  g_test_add_func ("/security/read", test_read);
  g_test_add_func ("/security/qr", test_qr);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add_tests);
}
