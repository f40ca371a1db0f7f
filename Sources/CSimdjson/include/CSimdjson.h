#pragma once
// simdjson's DOM behind plain C types, so that Swift can walk a document without copying it.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct csj_parser csj_parser;

/// A place in the document that the parser holds; valid until the parser parses again.
typedef struct {
  const void *_Nullable document;
  size_t index;
} csj_value;

/// A run over the fields of an object or the elements of an array.
typedef struct {
  csj_value next;
  csj_value end;
} csj_cursor;

typedef struct {
  const char *_Nullable base;
  size_t count;
} csj_string;

csj_parser *_Nullable csj_parser_new(void);
void csj_parser_free(csj_parser *_Nonnull parser);

/// The bytes that must be readable behind a document for it to be parsed in place.
size_t csj_padding(void);

/// Parses one document. `padded` says that csj_padding() readable bytes follow it. Returns 0 or an error code.
int32_t csj_parse(
    csj_parser *_Nonnull parser, const char *_Nonnull bytes, size_t count, bool padded, csj_value *_Nonnull root);
const char *_Nonnull csj_error_message(int32_t code);

/// One of '{' '[' '"' 'l' (int64) 'u' (uint64 beyond int64) 'd' 't' 'f' 'n'.
char csj_kind(csj_value value);
csj_string csj_get_string(csj_value value);
int64_t csj_get_int64(csj_value value);
uint64_t csj_get_uint64(csj_value value);
double csj_get_double(csj_value value);

csj_cursor csj_object_fields(csj_value object);
bool csj_next_field(csj_cursor *_Nonnull cursor, csj_string *_Nonnull key, csj_value *_Nonnull value);
csj_cursor csj_array_elements(csj_value array);
bool csj_next_element(csj_cursor *_Nonnull cursor, csj_value *_Nonnull value);

#ifdef __cplusplus
}
#endif
