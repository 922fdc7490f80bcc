/*
 * The C interface of the vendor's library, as far as the driver uses it, for tests: tasks go over a socket to the device
 * of the test, one JSON object per line; "number<TAB>words<TAB>result" comes back. An end of the connection is error 2.
 */

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wchar.h>

#define JSON_DATA 65645
#define NOT_OPENED 1
#define NO_LINK 2
#define PORT_MISSING 4
#define BAD_SETTINGS 9

struct driver {
    int socket;
    char host[256];
    char port[16];
    int number;
    char *words;
    char *data;
};

static char *to_utf8(const wchar_t *text)
{
    size_t size = wcslen(text) * 4 + 1, at = 0;
    char *raw = malloc(size);
    for (; *text; text++) {
        unsigned long c = (unsigned long)*text;
        if (c < 0x80) {
            raw[at++] = (char)c;
        } else if (c < 0x800) {
            raw[at++] = (char)(0xC0 | c >> 6);
            raw[at++] = (char)(0x80 | (c & 0x3F));
        } else if (c < 0x10000) {
            raw[at++] = (char)(0xE0 | c >> 12);
            raw[at++] = (char)(0x80 | (c >> 6 & 0x3F));
            raw[at++] = (char)(0x80 | (c & 0x3F));
        } else {
            raw[at++] = (char)(0xF0 | c >> 18);
            raw[at++] = (char)(0x80 | (c >> 12 & 0x3F));
            raw[at++] = (char)(0x80 | (c >> 6 & 0x3F));
            raw[at++] = (char)(0x80 | (c & 0x3F));
        }
    }
    raw[at] = 0;
    return raw;
}

/* Characters with the end mark; as many as fit are copied. */
static int from_utf8(const char *raw, wchar_t *value, int size)
{
    int at = 0;
    while (*raw) {
        unsigned char first = (unsigned char)*raw++;
        wchar_t c = first < 0x80 ? first : first < 0xE0 ? first & 0x1F : first < 0xF0 ? first & 0x0F : first & 0x07;
        int more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
        while (more-- > 0)
            c = c << 6 | ((unsigned char)*raw++ & 0x3F);
        if (at < size - 1)
            value[at] = c;
        at++;
    }
    value[at < size - 1 ? at : size - 1] = 0;
    return at + 1;
}

static int failed(struct driver *driver, int number, const char *words)
{
    driver->number = number;
    free(driver->words);
    driver->words = strdup(words);
    return number ? -1 : 0;
}

static void hang_up(struct driver *driver)
{
    if (driver->socket >= 0)
        close(driver->socket);
    driver->socket = -1;
}

int libfptr_create(void **handle)
{
    struct driver *driver = calloc(1, sizeof *driver);
    driver->socket = -1;
    driver->words = strdup("");
    driver->data = strdup("");
    *handle = driver;
    return 0;
}

void libfptr_destroy(void **handle)
{
    struct driver *driver = *handle;
    hang_up(driver);
    free(driver->words);
    free(driver->data);
    free(driver);
    *handle = NULL;
}

int libfptr_set_settings(void *handle, const wchar_t *settings)
{
    struct driver *driver = handle;
    char *text = to_utf8(settings);
    char *host = strstr(text, "\"IPAddress\":\""), *port = strstr(text, "\"IPPort\":");
    int is_ours = strstr(text, "\"Port\":2") && host && port
        && sscanf(host, "\"IPAddress\":\"%255[^\"]", driver->host) == 1
        && sscanf(port, "\"IPPort\":%15[0-9]", driver->port) == 1;
    free(text);
    return is_ours ? failed(driver, 0, "") : failed(driver, BAD_SETTINGS, "settings of another kind");
}

int libfptr_open(void *handle)
{
    struct driver *driver = handle;
    struct addrinfo *found = NULL, hints = {0};
    hints.ai_socktype = SOCK_STREAM;
    hang_up(driver);
    if (getaddrinfo(driver->host, driver->port, &hints, &found))
        return failed(driver, PORT_MISSING, "no such host");
    driver->socket = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    int is_there = connect(driver->socket, found->ai_addr, found->ai_addrlen) == 0;
    freeaddrinfo(found);
    if (!is_there) {
        hang_up(driver);
        return failed(driver, NO_LINK, "nobody is there");
    }
    return failed(driver, 0, "");
}

int libfptr_close(void *handle)
{
    hang_up(handle);
    return failed(handle, 0, "");
}

void libfptr_set_param_str(void *handle, int id, const wchar_t *value)
{
    struct driver *driver = handle;
    if (id != JSON_DATA)
        return;
    free(driver->data);
    driver->data = to_utf8(value);
}

int libfptr_get_param_str(void *handle, int id, wchar_t *value, int size)
{
    return from_utf8(id == JSON_DATA ? ((struct driver *)handle)->data : "", value, size);
}

int libfptr_error_code(void *handle)
{
    return ((struct driver *)handle)->number;
}

int libfptr_error_description(void *handle, wchar_t *value, int size)
{
    return from_utf8(((struct driver *)handle)->words, value, size);
}

static char *line_of(int socket)
{
    size_t room = 4096, at = 0;
    char *line = malloc(room);
    for (;;) {
        if (at + 1 == room)
            line = realloc(line, room *= 2);
        if (read(socket, line + at, 1) != 1) {
            free(line);
            return NULL;
        }
        if (line[at] == '\n') {
            line[at] = 0;
            return line;
        }
        at++;
    }
}

int libfptr_process_json(void *handle)
{
    struct driver *driver = handle;
    if (driver->socket < 0)
        return failed(driver, NOT_OPENED, "not opened");
    size_t size = strlen(driver->data);
    char *line = NULL;
    if (send(driver->socket, driver->data, size, MSG_NOSIGNAL | MSG_MORE) == (ssize_t)size
        && send(driver->socket, "\n", 1, MSG_NOSIGNAL) == 1)
        line = line_of(driver->socket);
    if (!line) {
        hang_up(driver);
        return failed(driver, NO_LINK, "no link");
    }
    char *words = strchr(line, '\t'), *result = words ? strchr(words + 1, '\t') : NULL;
    if (!result) {
        free(line);
        return failed(driver, 5, "what is that");
    }
    *words++ = *result++ = 0;
    free(driver->data);
    driver->data = strdup(result);
    int outcome = failed(driver, atoi(line), words);
    free(line);
    return outcome;
}
