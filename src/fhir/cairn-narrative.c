/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XHTML from outside to plain text: parsed by libxml2 without network, entities or files; never run. */
#include "cairn-value.h"

#include <libxml/HTMLparser.h>
#include <string.h>

#define MAX_TEXT (256 * 1024)
#define MAX_HTML (4 * 1024 * 1024)
#define MAX_DEPTH 256   /* libxml2 searches all open elements at an end tag that fits none */

typedef struct
{
  htmlParserCtxtPtr context;
  GString          *out;
  guint             depth;   /* open elements */
  guint             muted;   /* those whose text nobody should see */
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
static const char *const headings[] = { "h1", "h2", "h3", "h4", "h5", "h6", NULL };
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

  if (++reader->depth > MAX_DEPTH || reader->out->len >= MAX_TEXT)
    xmlStopParser (reader->context);
  if (is_one_of (name, muted))
    reader->muted++;
  if (reader->muted > 0)
    return;
  if (is_one_of (name, blocks))
    end_line (reader->out);
  if (is_one_of (name, headings) && reader->out->len > 1 && reader->out->str[reader->out->len - 2] != '\n')
    g_string_append_c (reader->out, '\n');
  if (g_str_equal (name, "li"))
    g_string_append (reader->out, "• ");
}

static void
end_element (void *data, const xmlChar *name)
{
  Reader *reader = data;

  if (reader->depth > 0)
    reader->depth--;
  if (is_one_of (name, muted) && reader->muted > 0)
    reader->muted--;
  else if (reader->muted > 0)
    return;
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

/* The end of a tag's attributes, at ">", at the "<" of another tag, or at @end. */
static const char *
skip_attributes (const char *at, const char *end)
{
  char before = ' ';

  for (; at < end && *at != '>' && *at != '<'; at++)
    {
      if ((*at == '"' || *at == '\'') && before == '=')
        {
          const char *quote = memchr (at + 1, *at, end - at - 1);

          if (quote == NULL)
            return end;
          at = quote;
        }
      if (!g_ascii_isspace (*at))
        before = *at;
    }
  return at;
}

/* The same without attributes: nothing reads them, and libxml2 compares each with all before it. */
static GString *
without_attributes (const char *html, gsize length)
{
  const char *at = html, *end = html + length;
  GString *out = g_string_sized_new (length);

  while (at < end)
    {
      const char *tag = memchr (at, '<', end - at), *name;

      g_string_append_len (out, at, (tag != NULL ? tag : end) - at);
      if (tag == NULL)
        break;
      name = tag + 1;
      if (name < end && *name == '/')
        name++;
      for (at = name; at < end && g_ascii_isalnum (*at); )
        at++;
      g_string_append_len (out, tag, at - tag);
      if (at > name)
        {
          at = skip_attributes (at, end);
          if (at < end && *at == '<')
            g_string_append_c (out, '>');
        }
    }
  return out;
}

/**
 * cairn_narrative_dup_text:
 * @xhtml: (nullable): Narrative.div or another HTML text (FHIR R4 §2.8)
 *
 * Script, style, attributes and addresses are left out, nothing is fetched; lines follow the blocks, and a line after an
 * empty one is a heading: nothing else makes an empty line. Of a text
 * of more than 4 MB, or of more than 256 elements inside each other, the beginning is read.
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
  g_autoptr(GString) html = NULL;
  Reader reader = { NULL, NULL, 0, 0 };
  const char *valid_end;

  if (xhtml == NULL || *xhtml == '\0')
    return NULL;
  html = without_attributes (xhtml, MIN (strlen (xhtml), MAX_HTML));
  reader.out = g_string_new (NULL);
  reader.context = htmlCreatePushParserCtxt (&handler, &reader, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
  htmlCtxtUseOptions (reader.context, HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_RECOVER);
  htmlParseChunk (reader.context, html->str, (int) html->len, 1);
  htmlFreeParserCtxt (reader.context);
  g_string_truncate (reader.out, MIN (reader.out->len, MAX_TEXT));
  end_line (reader.out);
  while (reader.out->len > 0 && reader.out->str[reader.out->len - 1] == '\n')
    g_string_truncate (reader.out, reader.out->len - 1);
  if (!g_utf8_validate (reader.out->str, reader.out->len, &valid_end))
    g_string_truncate (reader.out, valid_end - reader.out->str);
  return g_string_free (reader.out, reader.out->len == 0);
}
