namespace Redox.Media.Core.Parsing;

public sealed partial class ParsedMessage
{
    /// <summary>
    /// What a body was taken apart into. Put together again it is: mark, envelope up to the file, the file's text, the rest of the
    /// envelope, and the rest of the body from where it could not be understood any more.
    /// </summary>
    internal sealed class Parts(SlicePool pool, int maxEnvelopeBytes) : IDisposable
    {
        /// <summary>Where in the envelope the file's text was cut out; null when it was not.</summary>
        private int? _cut;

        public EnvelopeBuffer Envelope { get; } = new(pool, maxEnvelopeBytes);

        public FileContentsDecoder? File { get; private set; }

        public PooledBytes Rest { get; } = new(pool);

        /// <summary>Bytes of the byte order mark: none or three.</summary>
        public int MarkLength { get; set; }

        public long BodyLength { get; set; }

        public MessageDefect Defect { get; set; }

        public long? DefectPosition { get; set; }

        public long HeldBytes => Envelope.HeldBytes + Rest.HeldBytes + (File?.HeldBytes ?? 0);

        /// <summary>The envelope ends with the opening quote of the file's text.</summary>
        public void BeginFile()
        {
            File = new FileContentsDecoder(pool);
            _cut = Envelope.Length;
        }

        /// <summary>Copies a URI into the envelope, unless the envelope has no room for it and its closing quote.</summary>
        public void KeepReference()
        {
            if (File!.Form == FileEncoding.Reference && File.Length < Envelope.Room)
            {
                Envelope.Append(File.ToText());
                _cut = null;
            }
        }

        public FileEncoding FileEncoding => File is null ? FileEncoding.Absent
            : File.Form == FileEncoding.Reference && _cut is not null ? FileEncoding.Undecodable
            : File.Form;

        /// <summary>The offset in the body of an offset in the envelope.</summary>
        public long BodyOffset(int offset) => MarkLength + offset + (offset >= _cut ? File!.Length : 0);

        public Stream OpenRaw()
        {
            var parts =
                new List<BytePart>(
                6) { new FixedPart(Mark[..MarkLength].ToArray()), new EnvelopePart(Envelope, 0, _cut ?? Envelope.Length) };
            if (_cut is { } cut)
            {
                parts.Add(File!.Canonical());
                if (File.Verbatim is not null)
                {
                    parts.Add(new PooledPart(File.Verbatim));
                }

                parts.Add(new EnvelopePart(Envelope, cut, Envelope.Length - cut));
            }

            parts.Add(new PooledPart(Rest));
            return new PartStream([.. parts]);
        }

        public void Dispose()
        {
            Envelope.Dispose();
            File?.Dispose();
            Rest.Dispose();
        }
    }
}
