namespace LiveStash.Engines;

/// <summary>Where a browser keeps the tokens of one engine. A call that the browser does not answer throws <see cref="OperationCanceledException"/> or what interop throws.</summary>
internal interface IBrowserVault
{
    /// <summary>The token of a stash, or <see langword="null"/>; a longer one than <paramref name="maxLength"/> characters counts as none.</summary>
    ValueTask<string?> LoadAsync(string stamp, int maxLength, CancellationToken cancellationToken);

    /// <summary>Keeps a token, unless one of a later epoch is there.</summary>
    ValueTask<VaultAnswer> SaveAsync(string stamp, long epoch, string token, CancellationToken cancellationToken);

    ValueTask ClearAsync(string stamp, CancellationToken cancellationToken);
}
