/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "portal-fixture.h"

#define BROWSER_BACK "https://app.example/back?a=1"
#define BROWSER_SCOPE "launch/patient openid fhirUser offline_access patient/*.rs patient/Appointment.cu"


/* A browser of the simplest kind: a page, what it keeps, and what it last got. */
typedef struct
{
  Fixture *f;
  char    *client;
  char    *verifier;
  char    *cookie;
  char    *handle;
} Browser;

Browser     browser_new         (void);
void        browser_clear       (Browser *b);
const char *browser_header      (Browser *b, const char *name);
char       *browser_register    (Fixture *f, const char *name, const char *redirects);
void        browser_ask         (Browser *b, const char *redirect, const char *scope, const char *other);
void        browser_post        (Browser *b, const char *path, const char *form);
void        browser_sign_in     (Browser *b, const char *username);
char       *browser_sent_back   (Browser *b, const char *name);
void        browser_assert_back (Browser *b, const char *redirect, const char *error);
void        browser_redeem      (Browser *b, const char *code, const char *redirect, const char *verifier);
char       *browser_get_code    (Browser *b, const char *redirect);
void        browser_assert_page (Browser *b, guint status, const char *target);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Browser, browser_clear)
