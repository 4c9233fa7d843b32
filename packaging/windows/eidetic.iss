; Inno Setup: an installer for one user, without administrator's rights.
; iscc /DVersion=0.1.0 /DDist=..\..\build\package\dist\eidetic packaging\windows\eidetic.iss

#ifndef Version
  #error Version is not given: /DVersion=0.1.0
#endif
#ifndef Dist
  #define Dist "..\..\build\package\dist\eidetic"
#endif

[Setup]
AppId={{7E0C2B0B-6E0D-4D0B-9C57-2B1F4C8A6E11}
AppName=Eidetic
AppVersion={#Version}
AppPublisher=The Eidetic developers
DefaultDirName={localappdata}\Programs\Eidetic
DisableProgramGroupPage=yes
DisableDirPage=auto
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
OutputDir=..\..\build\package
OutputBaseFilename=Eidetic-{#Version}-setup
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
UninstallDisplayIcon={app}\eidetic-desktop.exe
LicenseFile=..\..\LICENSE
CloseApplications=yes

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[CustomMessages]
en.FindSimilar=Find similar in Eidetic
de.FindSimilar=Ähnliche in Eidetic suchen
en.AddToPath=Make the command "eidetic" available in terminals
de.AddToPath=Den Befehl "eidetic" in Terminals verfügbar machen

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; GroupDescription: "{cm:AdditionalIcons}"; Flags: unchecked
Name: "path"; Description: "{cm:AddToPath}"; Flags: unchecked

[Files]
Source: "{#Dist}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[InstallDelete]
; What a former version had and this one has not.
Type: filesandordirs; Name: "{app}\lib"

[Icons]
Name: "{autoprograms}\Eidetic"; Filename: "{app}\eidetic-desktop.exe"
Name: "{autodesktop}\Eidetic"; Filename: "{app}\eidetic-desktop.exe"; Tasks: desktopicon

[Registry]
Root: HKCU; Subkey: "Software\Classes\SystemFileAssociations\image\shell\Eidetic"; ValueType: string; ValueData: "{cm:FindSimilar}"; Flags: uninsdeletekey
Root: HKCU; Subkey: "Software\Classes\SystemFileAssociations\image\shell\Eidetic"; ValueType: string; ValueName: "Icon"; ValueData: "{app}\eidetic-desktop.exe"
Root: HKCU; Subkey: "Software\Classes\SystemFileAssociations\image\shell\Eidetic\command"; ValueType: string; ValueData: """{app}\eidetic-desktop.exe"" ""%1"""
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: NotOnPath

[Run]
Filename: "{app}\eidetic-desktop.exe"; Description: "{cm:LaunchProgram,Eidetic}"; Flags: nowait postinstall skipifsilent

[Code]
{ The library stays: it holds what the user put in. }
function NotOnPath: Boolean;
var
  Path: string;
begin
  if not RegQueryStringValue(HKCU, 'Environment', 'Path', Path) then
    Path := '';
  Result := Pos(';' + Uppercase(ExpandConstant('{app}')) + ';', ';' + Uppercase(Path) + ';') = 0;
end;

procedure CurUninstallStepChanged(CurUninstallStep: TUninstallStep);
var
  Path, App: string;
  At: Integer;
begin
  if (CurUninstallStep = usPostUninstall) and RegQueryStringValue(HKCU, 'Environment', 'Path', Path) then
  begin
    App := ';' + ExpandConstant('{app}');
    At := Pos(Uppercase(App), Uppercase(Path));
    if At > 0 then
    begin
      Delete(Path, At, Length(App));
      RegWriteExpandStringValue(HKCU, 'Environment', 'Path', Path);
    end;
  end;
end;
