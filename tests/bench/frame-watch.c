/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * frame-watch FOLDER SECONDS PROGRAM…: starts a program and keeps what its first window shows.
 * Prints "pid N", then for each change of the screen "frame N MS X Y WIDTH HEIGHT PART" where MS is the time
 * since exec and PART how much of the window has been drawn so far, and keeps the pixels in
 * FOLDER/N.raw (BGRX, the whole window). After SECONDS it prints "done"; it ends the program when its stdin closes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/Xdamage.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/wait.h>

#define MOST_FRAMES 60

typedef struct
{
  Display    *display;
  const char *folder;
  Window      window;
  Damage      damage;
  int         event_base;
  gint64      started;
  double      drawn;
  int         n_frames;
} Watch;

static int
ignore_error (Display *display, XErrorEvent *event)
{
  return 0;
}

static void
keep_frame (Watch *self)
{
  XWindowAttributes size;
  XImage *image;
  double ms;
  g_autofree char *path = NULL;

  if (self->n_frames >= MOST_FRAMES || !XGetWindowAttributes (self->display, self->window, &size))
    return;
  ms = (g_get_monotonic_time () - self->started) / 1e3;
  image = XGetImage (self->display, self->window, 0, 0, size.width, size.height, AllPlanes, ZPixmap);
  if (image == NULL)
    return;
  path = g_strdup_printf ("%s/%d.raw", self->folder, self->n_frames);
  if (g_file_set_contents (path, image->data, (gssize) image->bytes_per_line * image->height, NULL))
    printf ("frame %d %.2f %d %d %d %d %.3f\n", self->n_frames++, ms, size.x, size.y, size.width, size.height,
            self->drawn / ((double) size.width * size.height));
  fflush (stdout);
  XDestroyImage (image);
}

static void
handle_event (Watch *self, XEvent *event)
{
  XWindowAttributes size;

  if (event->type == MapNotify && self->window == None
      && XGetWindowAttributes (self->display, event->xmap.window, &size) && size.width > 200)
    {
      self->window = event->xmap.window;
      self->damage = XDamageCreate (self->display, self->window, XDamageReportRawRectangles);
    }
  else if (event->type == self->event_base + XDamageNotify)
    {
      XDamageNotifyEvent *damage = (XDamageNotifyEvent *) event;

      self->drawn += (double) damage->area.width * damage->area.height;
      XDamageSubtract (self->display, self->damage, None, None);
      if (!damage->more)
        keep_frame (self);
    }
}

int
main (int argc, char **argv)
{
  Watch self = { 0 };
  gint64 end;
  GPid child;
  int error_base;
  char last;

  if (argc < 4 || (self.display = XOpenDisplay (NULL)) == NULL
      || !XDamageQueryExtension (self.display, &self.event_base, &error_base))
    return 2;
  XSetErrorHandler (ignore_error);
  XSelectInput (self.display, DefaultRootWindow (self.display), SubstructureNotifyMask);
  XSync (self.display, False);
  self.folder = argv[1];
  self.started = g_get_monotonic_time ();
  child = fork ();
  if (child == 0)
    {
      execvp (argv[3], argv + 3);
      _exit (127);
    }
  printf ("pid %d\n", child);
  end = self.started + atof (argv[2]) * G_USEC_PER_SEC;
  while (g_get_monotonic_time () < end)
    {
      XEvent event;

      if (!XPending (self.display))
        {
          GPollFD ready = { ConnectionNumber (self.display), G_IO_IN, 0 };

          g_poll (&ready, 1, 20);
          continue;
        }
      XNextEvent (self.display, &event);
      handle_event (&self, &event);
    }
  printf ("done\n");
  fflush (stdout);
  while (read (STDIN_FILENO, &last, 1) > 0)
    ;
  kill (child, SIGTERM);
  waitpid (child, NULL, 0);
  return 0;
}
