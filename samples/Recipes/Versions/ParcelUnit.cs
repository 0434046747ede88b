namespace Recipes.Versions;

/// <summary>Which version of the app this process is: the one before had weights in kilograms.</summary>
internal sealed class ParcelUnit(IConfiguration configuration)
{
    public bool IsKilograms { get; } = configuration["Parcel:Unit"] == "kg";
}
