extension Reader where Value == String {
    /// A path that means the same wherever the daemon was started; nothing need be there yet.
    static func path(byteCountLimit: Int = Limits.pathByteCount) -> Reader {
        .scalar("an absolute path of at most \(byteCountLimit) bytes") { text in
            text.hasPrefix("/") && !text.utf8.contains(0) && text.utf8.count <= byteCountLimit ? text : nil
        }
    }

    /// The absolute path of a file that must be readable.
    static var file: Reader {
        path().checked { path, item, reading in _ = reading.content(of: path, item) }
    }

    /// The same for a file that holds a secret.
    static var privateFile: Reader {
        file.checked { path, item, reading in reading.checkMode(of: path, item) }
    }

    static var script: Reader {
        path().checked { path, item, reading in reading.keep(script: reading.content(of: path, item)) }
    }
}

extension Reader where Value == SecretSource {
    /// The name of a secret, or an absolute path. What names no secret may be the secret itself, and is not shown.
    static var secret: Reader {
        Reader { item, reading in
            guard let text = item.node.text else {
                reading.mismatch(item, expected: "the name of a secret or an absolute path")
                return nil
            }
            if text.hasPrefix("/") && !text.utf8.contains(0) {
                return reading.checked(
                    SecretSource(paths: [text]), item, orElse: "there is no file under this absolute path")
            }
            let folders = reading.environment.secretFolders
            guard isName(text), text != ".", text != ".." else {
                reading.error(item, "this is neither the name of a secret nor an absolute path")
                return nil
            }
            return reading.checked(
                SecretSource(paths: folders.map { "\($0)/\(text)" }), item,
                orElse: "there is no secret of this name in \(folders.joined(separator: " or "))")
        }
    }
}

extension Reading {
    /// A file's content; nil once told why there is none.
    mutating func content(of path: String, _ item: Item) -> [UInt8]? {
        do throws(SettingsError) {
            let bytes = try environment.read(path, Limits.namedFileByteCount)
            checkReader(of: path, item)
            return bytes
        } catch {
            self.error(item, "\(error)")
            return nil
        }
    }

    fileprivate mutating func checkMode(of path: String, _ item: Item) {
        guard let status = environment.status(path), !status.isFolder, status.mode & 0o007 != 0 else {
            return
        }
        let octal = String(status.mode & 0o777, radix: 8)
        warning(item, "\(path) is open to every user (mode 0\(octal)); chmod 0640 closes it")
    }

    /// Whether the one for whom we look could read it too. What systemd hands him as a credential he may read by an
    /// access list, which owner and mode do not show.
    private mutating func checkReader(of path: String, _ item: Item) {
        guard !path.hasPrefix("/run/credentials/") else { return }
        guard let obstacle = environment.reader?.obstacle(to: path, status: environment.status) else {
            return
        }
        error(item, obstacle)
    }

    fileprivate mutating func checked(_ source: SecretSource, _ item: Item, orElse missing: String)
        -> SecretSource
    {
        let there = source.paths.filter { environment.status($0) != nil }
        guard let path = there.first else {
            error(item, closed(source) ?? missing)
            return source
        }
        if there.count > 1 {
            warning(item, "is both \(there.joined(separator: " and ")); the first counts")
        }
        checkMode(of: path, item)
        do throws(SettingsError) {
            let secret = try source.read(environment)
            checkReader(of: path, item)
            if secret.bytes.contains(where: { $0 < 0x20 || $0 == 0x7f }) {
                warning(item, "\(path) holds a control character, maybe a line end of Windows")
            }
        } catch {
            self.error(item, "\(error)")
        }
        return source
    }

    /// A folder that is closed to whoever checks looks as if nothing were in it.
    private func closed(_ source: SecretSource) -> String? {
        for path in source.paths {
            do throws(SettingsError) {
                _ = try environment.read(path, Limits.secretByteCount)
            } catch {
                guard case .unreadable(_, let reason) = error else { continue }
                return "\(path) cannot be looked at: \(reason); root can check it"
            }
        }
        return nil
    }
}
