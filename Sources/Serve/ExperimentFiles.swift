import Experiments
import Foundation

/// The experiment that the setting `experiments` names: a file, a folder, or `FOLDER/*.yml`.
///
/// - Returns: nil where the folder holds none, or is not there.
/// - Throws: ``SettingsError`` for more than one file, `YAMLError` for one that is not an experiment.
func activeExperiment(in setting: String) throws -> Experiment? {
  let files = experimentFiles(setting)
  guard files.count <= 1 else {
    throw SettingsError(
      key: "experiments",
      reason: "this version runs one experiment at a time, found \(files.joined(separator: ", ")); name one of them")
  }
  return try files.first.map(Experiment.init(contentsOf:))
}

private func experimentFiles(_ setting: String) -> [String] {
  var isFolder: ObjCBool = false
  let exists = FileManager.default.fileExists(atPath: setting, isDirectory: &isFolder)
  let folder: String
  if exists, isFolder.boolValue {
    folder = setting
  } else if setting.hasSuffix("/*.yml") {
    folder = String(setting.dropLast("/*.yml".count))
  } else {
    return [setting]
  }
  let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  return names.filter { $0.hasSuffix(".yml") && !$0.hasPrefix(".") }.sorted().map { "\(folder)/\($0)" }
}
