using LiveStash.Records;

namespace LiveStash.Engines;

internal sealed partial class FallbackEngine
{
    /// <summary>A stash that this circuit owns.</summary>
    private sealed class Ownership
    {
        /// <summary>The epoch that the caller was told.</summary>
        public required long ReportedEpoch { get; init; }

        /// <summary>The version that the caller was told last, on which its deltas build.</summary>
        public required long ReportedVersion { get; set; }

        /// <summary>The epoch that the engine gave; higher when it could be opened only later.</summary>
        public required long EngineEpoch { get; set; }

        /// <summary>Whether the engine was reached since the page was opened.</summary>
        public required bool IsEngineOwned { get; set; }

        /// <summary>What the engine acknowledged last: what a delta of the caller builds on.</summary>
        public required StashEntry[] Acknowledged { get; set; }

        /// <summary>The highest version that the copy may have.</summary>
        public required long CopyVersion { get; set; }

        /// <summary>What the copy has or is about to have.</summary>
        public required StashImage? Copy { get; set; }

        /// <summary>What of it the browser has answered for.</summary>
        public required StashImage? Kept { get; set; }

        public StashTerms Terms { get; set; }

        /// <summary>The copy that was sent last.</summary>
        public StashImage? Sent { get; set; }

        public SemaphoreSlim Places { get; } = new(MostUnderWay, MostUnderWay);
    }
}
