/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-json.h"

G_BEGIN_DECLS

/**
 * CAIRN_GATE_MAX_DEPTH:
 *
 * Levels of arrays and objects that a text may nest; real FHIR records reach 16.
 */
#define CAIRN_GATE_MAX_DEPTH 200

/**
 * CAIRN_GATE_MAX_PAGE:
 *
 * Decoded bytes that one page from a server may have (16 MB).
 */
#define CAIRN_GATE_MAX_PAGE (16 * 1024 * 1024)

/**
 * CairnGateFault:
 * @CAIRN_GATE_FAULT_NONE: none
 * @CAIRN_GATE_FAULT_DEPTH: more than %CAIRN_GATE_MAX_DEPTH levels
 * @CAIRN_GATE_FAULT_NUL: a NUL byte or \u0000 in a string
 * @CAIRN_GATE_FAULT_SURROGATE: half a surrogate pair, as \ud800
 * @CAIRN_GATE_FAULT_DUPLICATE: an object with two members of the same name
 * @CAIRN_GATE_FAULT_UTF8: bytes that are not UTF-8
 *
 * Faults that leave the end of a value findable, so that one bad entry costs one entry.
 */
typedef enum
{
  CAIRN_GATE_FAULT_NONE,
  CAIRN_GATE_FAULT_DEPTH,
  CAIRN_GATE_FAULT_NUL,
  CAIRN_GATE_FAULT_SURROGATE,
  CAIRN_GATE_FAULT_DUPLICATE,
  CAIRN_GATE_FAULT_UTF8,
} CairnGateFault;

/**
 * CairnGateEntry:
 * @entry: the element's span; with a fault it must not be read as JSON, only kept as bytes
 * @resource: the span of its member "resource"; absent when it has none or has a fault
 * @fault: the first fault inside the element
 */
typedef struct
{
  CairnJson      entry;
  CairnJson      resource;
  CairnGateFault fault;
} CairnGateEntry;

/**
 * CairnGatePage:
 *
 * A JSON text from outside that is an object, checked once: UTF-8, RFC 8259 to the letter, at most
 * %CAIRN_GATE_MAX_DEPTH levels, no NUL, no lone surrogate, no duplicate name. The elements of its
 * top-level array "entry" (a FHIR Bundle's) are checked one by one and may be faulty; a fault
 * anywhere else refuses the whole text, as broken syntax anywhere does.
 */
typedef struct _CairnGatePage CairnGatePage;

const char    *cairn_gate_fault_name     (CairnGateFault fault);
gboolean       cairn_gate_check          (GBytes *bytes, gsize limit, CairnJson *value, GError **error);

CairnGatePage *cairn_gate_page_new       (GBytes *bytes, gsize limit, GError **error);
void           cairn_gate_page_free      (CairnGatePage *page);
CairnJson      cairn_gate_page_get_head  (CairnGatePage *page);
guint          cairn_gate_page_n_entries (CairnGatePage *page);
const CairnGateEntry *cairn_gate_page_get_entry (CairnGatePage *page, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnGatePage, cairn_gate_page_free)

G_END_DECLS
