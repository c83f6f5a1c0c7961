/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What only a time that grows with the square of a hostile text breaks; sanitizers are slow. */
#ifdef __SANITIZE_ADDRESS__
#define MOST_SECONDS 60
#else
#define MOST_SECONDS 4
#endif
