#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "gateway/app/commands/commands.hpp"
#include "gateway/app/config.hpp"
#include "gateway/app/config_files.hpp"
#include "gateway/app/exit_code.hpp"

namespace causeway::gateway::app::commands {
namespace {

constexpr const char* examples = R"(
Reads the file as `causeway run` would, reports every mistake with its line, and prints what holds,
with the line that set each value. Nothing is started or connected.

Exit code: 0 the file is good, 78 it is not.

Examples:
  causeway check
  causeway check -c /etc/causeway/sessions.cfg
  causeway check --output json
)";

struct Options {
  std::string file = "sessions.cfg";
  std::string output = "table";
};

void print_table(const Config& config) {
  std::size_t key_width = 0, value_width = 0;
  for (const EffectiveSetting& row : config.effective) {
    key_width = std::max(key_width, row.key.size());
    value_width = std::max(value_width, row.value.size());
  }
  std::string section;
  for (const EffectiveSetting& row : config.effective) {
    if (row.section != section) std::cout << (section.empty() ? "" : "\n") << row.section << "\n";
    section = row.section;
    std::string key = row.key, value = row.value;
    key.resize(key_width, ' ');
    value.resize(value_width, ' ');
    std::cout << "  " << key << "  " << value << "  "
              << (row.line == 0 ? "default" : "line " + std::to_string(row.line)) << "\n";
  }
}

void print_json(const Config& config) {
  rapidjson::StringBuffer buffer;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
  const auto text = [&](const char* name, const std::string& value) {
    writer.Key(name);
    writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  };
  writer.StartArray();
  for (const EffectiveSetting& row : config.effective) {
    writer.StartObject();
    text("section", row.section);
    text("key", row.key);
    text("value", row.value);
    writer.Key("line");
    if (row.line == 0) {
      writer.Null();
    } else {
      writer.Uint64(row.line);
    }
    writer.EndObject();
  }
  writer.EndArray();
  std::cout << buffer.GetString() << "\n";
}

int fail(const Mistakes& mistakes, const std::string& file) {
  std::cerr << to_text(mistakes, file) << file << ": " << mistakes.size()
            << (mistakes.size() == 1 ? " mistake\n" : " mistakes\n");
  return exit_config;
}

int check(const Options& options) {
  const auto config = load_config(options.file);
  if (!config) return fail(config.error(), options.file);
  const FileFindings files = check_files(*config);
  if (!files.mistakes.empty()) return fail(files.mistakes, options.file);

  if (options.output == "json") {
    print_json(*config);
  } else {
    print_table(*config);
  }
  std::cerr << to_text(config->notes, options.file) << to_text(files.notes, options.file);
  if (options.output == "table") std::cout << "\n" << options.file << " is good\n";
  return exit_ok;
}

}  // namespace

void add_check(CLI::App& program, int& exit_code) {
  CLI::App* command = program.add_subcommand("check", "Check sessions.cfg and print what holds");
  command->footer(examples);
  auto options = std::make_shared<Options>();
  command->add_option("-c,--config", options->file, "The configuration file")
      ->capture_default_str();
  command->add_option("--output", options->output, "How to print: table or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  command->callback([options, &exit_code] { exit_code = check(*options); });
}

}  // namespace causeway::gateway::app::commands
