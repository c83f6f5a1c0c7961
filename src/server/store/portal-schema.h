/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-database.h"

extern const CairnMigration portal_schema[];
