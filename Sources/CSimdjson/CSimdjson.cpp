#include "CSimdjson.h"

#include <simdjson.h>

#include <cstring>
#include <new>
#include <type_traits>

using namespace simdjson;

struct csj_parser {
  dom::parser parser;
};

namespace {

// simdjson's elements and iterators are a document pointer and an index; they cross the border as those bytes.
template <typename T> csj_value pack(const T &place) {
  static_assert(sizeof(T) == sizeof(csj_value) && std::is_trivially_copyable<T>::value, "a place is two words");
  csj_value value;
  std::memcpy(&value, &place, sizeof value);
  return value;
}

template <typename T> T unpack(const csj_value &value) {
  static_assert(sizeof(T) == sizeof(csj_value) && std::is_trivially_copyable<T>::value, "a place is two words");
  T place;
  std::memcpy(static_cast<void *>(&place), &value, sizeof place);
  return place;
}

/// The value as a T, or an empty one: Swift asks csj_kind first.
template <typename T> T get(const csj_value &value) {
  T result{};
  if (unpack<dom::element>(value).get(result)) return T{};
  return result;
}

csj_string view(std::string_view text) { return {text.data(), text.size()}; }

} // namespace

csj_parser *csj_parser_new(void) { return new (std::nothrow) csj_parser; }
void csj_parser_free(csj_parser *parser) { delete parser; }
size_t csj_padding(void) { return SIMDJSON_PADDING; }

int32_t csj_parse(csj_parser *parser, const char *bytes, size_t count, bool padded, csj_value *root) {
  dom::element element;
  auto error = parser->parser.parse(bytes, count, !padded).get(element);
  if (!error) *root = pack(element);
  return int32_t(error);
}

const char *csj_error_message(int32_t code) { return error_message(error_code(code)); }

char csj_kind(csj_value value) {
  auto element = unpack<dom::element>(value);
  switch (element.type()) {
  case dom::element_type::BOOL: return get<bool>(value) ? 't' : 'f';
  default: return char(element.type());
  }
}

csj_string csj_get_string(csj_value value) { return view(get<std::string_view>(value)); }
int64_t csj_get_int64(csj_value value) { return get<int64_t>(value); }
uint64_t csj_get_uint64(csj_value value) { return get<uint64_t>(value); }
double csj_get_double(csj_value value) { return get<double>(value); }

csj_cursor csj_object_fields(csj_value object) {
  auto fields = get<dom::object>(object);
  return {pack(fields.begin()), pack(fields.end())};
}

bool csj_next_field(csj_cursor *cursor, csj_string *key, csj_value *value) {
  auto field = unpack<dom::object::iterator>(cursor->next);
  if (!(field != unpack<dom::object::iterator>(cursor->end))) return false;
  *key = view(field.key());
  *value = pack(field.value());
  cursor->next = pack(++field);
  return true;
}

csj_cursor csj_array_elements(csj_value array) {
  auto elements = get<dom::array>(array);
  return {pack(elements.begin()), pack(elements.end())};
}

bool csj_next_element(csj_cursor *cursor, csj_value *value) {
  auto element = unpack<dom::array::iterator>(cursor->next);
  if (!(element != unpack<dom::array::iterator>(cursor->end))) return false;
  *value = pack(*element);
  cursor->next = pack(++element);
  return true;
}
