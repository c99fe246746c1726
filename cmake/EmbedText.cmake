# cmake -DINPUT=<file> -DOUTPUT=<file.cpp> -DHEADER=<header> -DFUNCTION=<name> -P EmbedText.cmake
# Writes a source file whose function causeway::fixspec::<name>() returns INPUT's text.
file(READ "${INPUT}" text)
file(WRITE "${OUTPUT}" "#include \"${HEADER}\"\n\nnamespace causeway::fixspec {\n\n"
  "std::string_view ${FUNCTION}() {\n  return R\"embedded(${text})embedded\";\n}\n\n"
  "}  // namespace causeway::fixspec\n")
