/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XHTML from outside to plain text: parsed by libxml2 without network, entities or files; never run. */
#include "cairn-value.h"

#include <libxml/HTMLparser.h>
#include <string.h>

#define MAX_TEXT (256 * 1024)

typedef struct
{
  GString *out;
  guint    muted;   /* open elements whose text nobody should see */
} Reader;

static gboolean
is_one_of (const xmlChar *name, const char *const *names)
{
  return g_strv_contains (names, (const char *) name);
}

static const char *const muted[] = { "script", "style", "head", "title", "noscript", "template", NULL };
static const char *const blocks[] = {
  "p", "div", "br", "li", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "dt", "dd",
  "caption", "blockquote", "pre", "hr", "section", "article", NULL,
};
static const char *const cells[] = { "td", "th", NULL };

static void
end_line (GString *out)
{
  while (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
  if (out->len > 0 && out->str[out->len - 1] != '\n')
    g_string_append_c (out, '\n');
}

static void
start_element (void *data, const xmlChar *name, const xmlChar **attributes)
{
  Reader *reader = data;

  if (is_one_of (name, muted))
    reader->muted++;
  else if (is_one_of (name, blocks))
    end_line (reader->out);
  if (g_str_equal (name, "li"))
    g_string_append (reader->out, "• ");
}

static void
end_element (void *data, const xmlChar *name)
{
  Reader *reader = data;

  if (is_one_of (name, muted) && reader->muted > 0)
    reader->muted--;
  else if (is_one_of (name, blocks))
    end_line (reader->out);
  else if (is_one_of (name, cells) && reader->out->len > 0 && reader->out->str[reader->out->len - 1] != '\n')
    g_string_append (reader->out, "  ");
}

static void
characters (void *data, const xmlChar *text, int length)
{
  Reader *reader = data;
  GString *out = reader->out;

  if (reader->muted > 0)
    return;
  for (int i = 0; i < length && out->len < MAX_TEXT; i++)
    if (strchr (" \t\r\n", text[i]) == NULL)
      g_string_append_c (out, (char) text[i]);
    else if (out->len > 0 && strchr (" \n", out->str[out->len - 1]) == NULL)
      g_string_append_c (out, ' ');
}

/**
 * cairn_narrative_dup_text:
 * @xhtml: (nullable): Narrative.div or another HTML text (FHIR R4 §2.8)
 *
 * Script, style, attributes and addresses are left out, nothing is fetched; lines follow the blocks.
 *
 * Returns: (transfer full) (nullable): plain text of at most 256 KB, %NULL when there is none
 */
char *
cairn_narrative_dup_text (const char *xhtml)
{
  static const xmlSAXHandler template = {
    .startElement = start_element,
    .endElement = end_element,
    .characters = characters,
    .cdataBlock = NULL,
  };
  xmlSAXHandler handler = template;
  Reader reader = { NULL, 0 };
  htmlParserCtxtPtr context;
  const char *valid_end;

  if (xhtml == NULL || *xhtml == '\0')
    return NULL;
  reader.out = g_string_new (NULL);
  context = htmlCreatePushParserCtxt (&handler, &reader, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
  htmlCtxtUseOptions (context, HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_RECOVER);
  htmlParseChunk (context, xhtml, (int) MIN (strlen (xhtml), 4 * 1024 * 1024), 1);
  htmlFreeParserCtxt (context);
  end_line (reader.out);
  if (reader.out->len > 0)
    g_string_truncate (reader.out, reader.out->len - 1);
  if (!g_utf8_validate (reader.out->str, reader.out->len, &valid_end))
    g_string_truncate (reader.out, valid_end - reader.out->str);
  return g_string_free (reader.out, reader.out->len == 0);
}
