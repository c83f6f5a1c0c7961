/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all pages of the portal share; the one that sends a way to a new password, and the one that it leads to. No script, no cookie, nothing from elsewhere:
 * what lets it through is the secret of its address, which a form on another page can't know. Looking uses nothing up, as
 * mail programs look, too. */
#include "config.h"

#include "portal-page.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "portal-html.h"
#include "portal-resources.h"
#include "server/accounts/portal-passphrase.h"
#include "server/accounts/portal-password.h"
#include "server/accounts/portal-recover.h"

#define HTML "text/html; charset=utf-8"
#define STYLE "/io/github/cairnhealth/Cairn/portal/page.css"
#define TOKEN_LENGTH 64
#define LONGEST_NAME 320

/* GET ./page.css */
void
portal_page_style (PortalCall *call, CairnConnection *db)
{
  g_autoptr(GBytes) bytes = g_resource_lookup_data (portal_get_resource (), STYLE, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  portal_call_add_header (call, "Content-Security-Policy", "default-src 'none'");
  portal_call_reply (call, 200, "text/css; charset=utf-8", bytes);
}

static const char *
clinic_of (PortalCall *call)
{
  return call->service->config->name != NULL ? call->service->config->name : _("Patient portal");
}

/* Relative, as a reverse proxy may have the portal below a folder. */
static const char *
base_of (PortalCall *call)
{
  return call->args[0] != NULL ? "../" : "";
}

/* @base: how the page gets from its own address to its style sheet; @target: (nullable): where else a form of it may lead
 * in the end, as a source of a content security policy. */
void
portal_page_send (PortalCall *call, guint status, const char *title, const char *body, const char *base, const char *target)
{
  g_autofree char *policy = NULL;

  policy = g_strdup_printf ("default-src 'none'; style-src 'self'; form-action 'self'%s%s; base-uri 'none'; frame-ancestors 'none'",
                            target != NULL ? " " : "", target != NULL ? target : "");
  portal_call_add_header (call, "Content-Security-Policy", policy);
  portal_call_add_header (call, "Referrer-Policy", "no-referrer");
  portal_call_add_header (call, "X-Frame-Options", "DENY");
  portal_call_add_header (call, "Cross-Origin-Opener-Policy", "same-origin");
  portal_call_add_header (call, "Permissions-Policy", "interest-cohort=()");
  portal_call_reply_take (call, status, HTML, portal_html_frame ("page.html", NULL, title, clinic_of (call), base, body));
}

static void
reply (PortalCall *call, guint status, const char *title, const char *body)
{
  portal_page_send (call, status, title, body, base_of (call), NULL);
}

void
portal_page_add_support (PortalCall *call, GString *body)
{
  portal_html_add (body, "<p>", _("Questions? Ask the clinic."), " ");
  portal_html_add (body, "", call->service->config->support != NULL ? call->service->config->support : "", "</p>\n");
}

/* There is always a next step. */
static void
reply_dead (PortalCall *call)
{
  g_autoptr(GString) body = g_string_new (NULL);

  portal_html_add (body, "<p>", _("It works once and for an hour, and was used already or has run out."), "</p>\n");
  g_string_append_printf (body, "<p><a href=\"%sforgot\">", base_of (call));
  portal_html_add (body, "", _("Get another one"), "</a></p>\n");
  portal_page_add_support (call, body);
  reply (call, 404, _("This link is no longer good"), body->str);
}

static void
add_field (GString *body, const char *id, const char *label, const char *wrong, gboolean focus)
{
  portal_html_add (body, "<label for=\"", id, "\">");
  portal_html_add (body, "", label, "</label>\n");
  portal_html_add (body, "<input type=\"password\" required autocomplete=\"new-password\" maxlength=\"1024\" id=\"", id, "\" name=\"");
  portal_html_add (body, "", id, "\" aria-describedby=\"hint");
  g_string_append_printf (body, "%s%s>\n", wrong != NULL ? " wrong\" aria-invalid=\"true\"" : "\"", focus ? " autofocus" : "");
}

static void
reply_form (PortalCall *call, guint status, const char *token, const char *wrong)
{
  g_autoptr(GString) body = g_string_new (NULL);
  g_autofree char *hint = NULL;
  int least = call->service->config->password_min;

  hint = g_strdup_printf (ngettext ("At least %d character. A few words that belong together only for you are easy to keep in mind; spaces are fine.",
                                    "At least %d characters. A few words that belong together only for you are easy to keep in mind; spaces are fine.", least),
                          least);
  if (wrong != NULL)
    portal_html_add (body, "<p class=\"wrong\" id=\"wrong\" role=\"alert\">", wrong, "</p>\n");
  g_string_append_printf (body, "<form method=\"post\" action=\"%sreset\">\n", base_of (call));
  portal_html_add (body, "<input type=\"hidden\" name=\"token\" value=\"", token, "\">\n");
  portal_html_add (body, "<p class=\"hint\" id=\"hint\">", hint, "</p>\n");
  add_field (body, "password", _("New password"), wrong, TRUE);
  add_field (body, "again", _("New password again"), wrong, FALSE);
  portal_html_add (body, "<button type=\"submit\">", _("Save"), "</button>\n</form>\n");
  portal_html_add (body, "<p>", _("All devices will be signed out."), "</p>\n");
  reply (call, status, _("Choose a new password"), body->str);
}

static gboolean
is_token (const char *text)
{
  return text != NULL && strlen (text) == TOKEN_LENGTH && text[strspn (text, "0123456789abcdef")] == '\0';
}

/* GET ./reset/{id} */
void
portal_page_reset (PortalCall *call, CairnConnection *db)
{
  g_autoptr(GError) error = NULL;
  gboolean good = FALSE;

  if (is_token (call->args[0]) && !portal_password_link_is_good (db, call->args[0], &good, &error))
    portal_call_fail (call, error);
  else if (good)
    reply_form (call, 200, call->args[0], NULL);
  else
    reply_dead (call);
}

static const char *
words_of (PortalCall *call, const PortalReset *reset)
{
  if (g_str_equal (reset->problem, "password_short"))
    return _("This password is too short.");
  if (g_str_equal (reset->problem, "password_long"))
    return _("This password is too long.");
  if (g_str_equal (reset->problem, "password_personal"))
    return _("This password is little more than your name, your address or the clinic's.");
  return _("This password is one of the first that somebody would guess.");
}

static void
reply_done (PortalCall *call)
{
  g_autoptr(GString) body = g_string_new (NULL);

  portal_html_add (body, "<p>", _("Your new password is saved. You can close this page, and sign in with it in the app."), "</p>\n");
  portal_page_add_support (call, body);
  reply (call, 200, _("Password saved"), body->str);
}

/* POST ./reset, on a worker */
void
portal_page_reset_set (PortalCall *call, CairnConnection *db)
{
  const char *token = portal_call_get_param (call, "token"), *password = portal_call_get_param (call, "password");
  const char *again = portal_call_get_param (call, "again");
  PortalReset reset = { .link = token, .password = password };
  g_autoptr(GError) error = NULL;

  if (!call->form || !is_token (token))
    reply_dead (call);
  else if (password == NULL || g_strcmp0 (password, again) != 0)
    reply_form (call, 400, token, _("The two are not the same."));
  else if (portal_password_reset (call, &reset, &error))
    {
      if (reset.status == 0)
        reply_done (call);
      else if (reset.status == 400)
        reply_form (call, 400, token, words_of (call, &reset));
      else
        reply_dead (call);
    }
}

static void
reply_forgot (PortalCall *call, guint status, const char *wrong)
{
  g_autoptr(GString) body = g_string_new (NULL);

  portal_html_add (body, "<p>", _("You get a mail or a text message with a way to a new password, at the address that the portal knows of you."),
                   "</p>\n");
  if (wrong != NULL)
    portal_html_add (body, "<p class=\"wrong\" id=\"wrong\" role=\"alert\">", wrong, "</p>\n");
  g_string_append (body, "<form method=\"post\" action=\"forgot\">\n");
  portal_html_add (body, "<label for=\"username\">", _("User name or e-mail address"), "</label>\n");
  g_string_append_printf (body, "<input type=\"text\" required autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\""
                                " maxlength=\"320\" id=\"username\" name=\"username\" autofocus%s>\n",
                          wrong != NULL ? " aria-invalid=\"true\" aria-describedby=\"wrong\"" : "");
  portal_html_add (body, "<button type=\"submit\">", _("Send"), "</button>\n</form>\n");
  portal_page_add_support (call, body);
  reply (call, status, _("Forgotten your password?"), body->str);
}

/* GET ./forgot */
void
portal_page_forgot (PortalCall *call, CairnConnection *db)
{
  reply_forgot (call, 200, NULL);
}

/* The same for everybody. */
static void
reply_sent (PortalCall *call)
{
  g_autoptr(GString) body = g_string_new (NULL);

  portal_html_add (body, "<p>", _("If there is such an account, a message is on its way to its owner. It may take some minutes."), "</p>\n");
  portal_html_add (body, "<p>", _("Once you have a new password, go back to the app and start again there."), "</p>\n");
  portal_page_add_support (call, body);
  reply (call, 200, _("Look into your mail"), body->str);
}

static void
reply_too_often (PortalCall *call)
{
  g_autoptr(GString) body = g_string_new (NULL);

  portal_html_add (body, "<p>", _("A new password was asked for too often from here. Try again in an hour."), "</p>\n");
  portal_page_add_support (call, body);
  reply (call, 429, _("Please wait"), body->str);
}

/* POST ./forgot: what the app does with ./recover/password. */
void
portal_page_forgot_send (PortalCall *call, CairnConnection *db)
{
  const char *given = portal_call_get_param (call, "username");
  g_autofree char *name = given != NULL ? g_strstrip (g_strdup (given)) : NULL, *handle = NULL;
  g_autoptr(GError) error = NULL;

  if (!call->form || name == NULL || *name == '\0' || strlen (name) > LONGEST_NAME)
    reply_forgot (call, 400, _("Say which account."));
  else if (!portal_recover_send (call, db, name, &handle, &error))
    portal_call_fail (call, error);
  else if (call->status == 0)
    reply_sent (call);
  else
    reply_too_often (call);
}
