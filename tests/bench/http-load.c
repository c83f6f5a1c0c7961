/* SPDX-License-Identifier: GPL-3.0-or-later */
/* http-load PORT CONNECTIONS SECONDS <REQUEST: sends one request over and over, on connections that are kept alive,
 * each with one request on its way. Prints requests a second and the middle and 99th percentile in milliseconds.
 * Anything but 200 ends it. */
#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LONGEST_REQUEST 65536

typedef struct
{
  int      fd;
  GString *head;
  gint64   left;      /* of the body; -1 while the head comes */
  gint64   started;
} Line;

static char request[LONGEST_REQUEST];
static gsize request_length;

static void
start (Line *line)
{
  line->left = -1;
  g_string_truncate (line->head, 0);
  line->started = g_get_monotonic_time ();
  if (write (line->fd, request, request_length) != (gssize) request_length)
    g_error ("write: %s", g_strerror (errno));
}

/* Takes what has come; whether the answer is whole. */
static gboolean
take (Line *line, const char *data, gssize n)
{
  char *end, *length;

  if (line->left >= 0)
    return (line->left -= n) == 0;
  g_string_append_len (line->head, data, n);
  end = strstr (line->head->str, "\r\n\r\n");
  if (end == NULL)
    return FALSE;
  length = strcasestr (line->head->str, "\r\nContent-Length:");
  if (!g_str_has_prefix (line->head->str, "HTTP/1.1 200") || length == NULL || length > end)
    g_error ("%.400s", line->head->str);
  line->left = g_ascii_strtoll (length + strlen ("\r\nContent-Length:"), NULL, 10) -
               (gint64) (line->head->len - (end + 4 - line->head->str));
  return line->left == 0;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 first = *(const gint64 *) a, second = *(const gint64 *) b;

  return first < second ? -1 : first > second;
}

static int
connect_to (int port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  int fd = socket (AF_INET, SOCK_STREAM, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    g_error ("connect: %s", g_strerror (errno));
  return fd;
}

static void
run (Line *lines, guint n, gint64 until, GArray *times)
{
  g_autofree struct pollfd *polls = g_new0 (struct pollfd, n);
  static char buffer[256 * 1024];

  for (guint i = 0; i < n; i++)
    polls[i] = (struct pollfd) { lines[i].fd, POLLIN, 0 };
  while (g_get_monotonic_time () < until)
    {
      poll (polls, n, 1000);
      for (guint i = 0; i < n; i++)
        {
          gssize got;
          gint64 took;

          if ((polls[i].revents & (POLLIN | POLLHUP)) == 0)
            continue;
          got = read (lines[i].fd, buffer, sizeof buffer);
          if (got <= 0)
            g_error ("The server closed a connection");
          if (!take (&lines[i], buffer, got))
            continue;
          took = g_get_monotonic_time () - lines[i].started;
          g_array_append_val (times, took);
          start (&lines[i]);
        }
    }
}

int
main (int argc, char **argv)
{
  g_autoptr(GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree Line *lines = NULL;
  guint n;
  double seconds;

  if (argc != 4)
    return 2;
  n = atoi (argv[2]);
  seconds = g_ascii_strtod (argv[3], NULL);
  request_length = fread (request, 1, sizeof request, stdin);
  lines = g_new0 (Line, n);
  for (guint i = 0; i < n; i++)
    {
      lines[i].fd = connect_to (atoi (argv[1]));
      lines[i].head = g_string_new (NULL);
      start (&lines[i]);
    }
  run (lines, n, g_get_monotonic_time () + (gint64) (seconds * G_USEC_PER_SEC), times);
  g_array_sort (times, compare);
  if (times->len == 0)
    return 1;
  printf ("%.1f %.3f %.3f\n", times->len / seconds, g_array_index (times, gint64, times->len / 2) / 1000.0,
          g_array_index (times, gint64, times->len * 99 / 100) / 1000.0);
  for (guint i = 0; i < n; i++)
    {
      close (lines[i].fd);
      g_string_free (lines[i].head, TRUE);
    }
  return 0;
}
