# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads QR codes in a picture, as a telephone would, with libzbar."""
import ctypes
import ctypes.util
import subprocess


def read(picture):
    """The texts of all codes that a picture file shows; None without libzbar."""
    name = ctypes.util.find_library('zbar')
    if name is None:
        return None
    width, height = map(int, subprocess.run(['identify', '-format', '%w %h', picture], check=True, capture_output=True,
                                            text=True).stdout.split())
    grey = subprocess.run(['convert', picture, '-depth', '8', 'gray:-'], check=True, capture_output=True).stdout
    zbar = ctypes.CDLL(name)
    for function in ('zbar_image_scanner_create', 'zbar_image_create', 'zbar_image_first_symbol', 'zbar_symbol_next'):
        getattr(zbar, function).restype = ctypes.c_void_p
    zbar.zbar_symbol_get_data.restype = ctypes.c_char_p
    scanner, image = ctypes.c_void_p(zbar.zbar_image_scanner_create()), ctypes.c_void_p(zbar.zbar_image_create())
    zbar.zbar_image_set_format(image, ctypes.c_ulong(int.from_bytes(b'Y800', 'little')))
    zbar.zbar_image_set_size(image, width, height)
    zbar.zbar_image_set_data(image, grey, ctypes.c_ulong(len(grey)), None)
    zbar.zbar_scan_image(scanner, image)
    texts, symbol = [], zbar.zbar_image_first_symbol(image)
    while symbol:
        texts.append(zbar.zbar_symbol_get_data(ctypes.c_void_p(symbol)).decode())
        symbol = zbar.zbar_symbol_next(ctypes.c_void_p(symbol))
    zbar.zbar_image_destroy(image)
    zbar.zbar_image_scanner_destroy(scanner)
    return texts
