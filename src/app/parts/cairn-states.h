/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

typedef enum
{
  CAIRN_STATE_LOADING,
  CAIRN_STATE_EMPTY,
  CAIRN_STATE_CONTENT,
  CAIRN_STATE_ERROR,
} CairnState;

#define CAIRN_TYPE_STATES (cairn_states_get_type ())
G_DECLARE_FINAL_TYPE (CairnStates, cairn_states, CAIRN, STATES, AdwBin)

CairnState cairn_states_get_state (CairnStates *self);
void       cairn_states_set_state (CairnStates *self, CairnState state);
void       cairn_states_set_error (CairnStates *self, const GError *error);
void       cairn_states_set_failure (CairnStates *self, const char *title, const GError *error);
void       cairn_states_set_empty (CairnStates *self,
                                   const char  *icon,
                                   const char  *title,
                                   const char  *description);
void       cairn_states_offer     (CairnStates *self,
                                   const char  *label,
                                   const char  *action);

G_END_DECLS
