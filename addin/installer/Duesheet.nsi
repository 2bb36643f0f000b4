; Duesheet for one user of Windows: no administrator, no change to PATH, everything in one folder that goes with it.
; Built by windows.py, which gives VERSION, UV (uv.exe), UV_LICENSE, WHEEL, WHEEL_NAME, LICENSE and OUT.
;
; The folder is not %LOCALAPPDATA%\Duesheet: there lie the journals, which outlive the program.

Unicode true
Target amd64-unicode
SetCompressor lzma
RequestExecutionLevel user
ManifestSupportedOS all
ManifestDPIAware true

!include MUI2.nsh
!include LogicLib.nsh

!define PRODUCT "Duesheet"
!define PLACE "$LOCALAPPDATA\Programs\${PRODUCT}"
!define PYTHON "$INSTDIR\tools\duesheet\Scripts\python.exe"
!define PYTHON_VERSION "3.12"
!define ENTRY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${PRODUCT}"
!define SHORTCUT "$SMPROGRAMS\${PRODUCT} commands.lnk"

Name "${PRODUCT} ${VERSION}"
BrandingText "${PRODUCT} ${VERSION}"
OutFile "${OUT}"
InstallDir "${PLACE}"
ShowInstDetails show
ShowUninstDetails show

!define MUI_WELCOMEPAGE_TEXT "This sets up ${PRODUCT} ${VERSION} for you, with the tab Collections in Excel.$\r$\n$\r$\nIt fetches Python from GitHub and libraries from the Python Package Index, about 150 MB, so the computer must be online. That takes some minutes.$\r$\n$\r$\nPlease save your work and close Excel first."
!define MUI_FINISHPAGE_TITLE "${PRODUCT} is set up"
!define MUI_FINISHPAGE_TEXT "Start Excel: the tab Collections is beside Home.$\r$\n$\r$\nIf it is not, open $\"${PRODUCT} commands$\" in the Start menu and type: duesheet doctor"
!define MUI_UNCONFIRMPAGE_TEXT_TOP "${PRODUCT} and the tab Collections are taken away. Workbooks, letters and journals stay."

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "${LICENSE}"
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; What uv is told: its files here and nowhere else, a Python of its own, no cache that stays, nothing in the registry.
!macro Tell NAME VALUE
  System::Call 'kernel32::SetEnvironmentVariable(t "${NAME}", t "${VALUE}")'
!macroend

!macro Forget NAME
  System::Call 'kernel32::SetEnvironmentVariable(t "${NAME}", p 0)'
!macroend

!macro Surroundings
  !insertmacro Tell UV_TOOL_DIR "$INSTDIR\tools"
  !insertmacro Tell UV_TOOL_BIN_DIR "$INSTDIR\bin"
  !insertmacro Tell UV_PYTHON_INSTALL_DIR "$INSTDIR\python"
  !insertmacro Tell UV_PYTHON_PREFERENCE "only-managed"
  !insertmacro Tell UV_PYTHON_INSTALL_BIN "0"
  !insertmacro Tell UV_PYTHON_INSTALL_REGISTRY "0"
  !insertmacro Tell UV_NO_CACHE "1"
  !insertmacro Tell UV_NO_PROGRESS "1"
  !insertmacro Forget PYTHONHOME
  !insertmacro Forget PYTHONPATH
  !insertmacro Forget VIRTUAL_ENV
!macroend

; The add-in's own verb: where it refuses, its words are shown and it can be tried again. ON_CANCEL is where it goes on then.
!macro Addin VERB ON_CANCEL
  !define ID ${__LINE__}
  again_${ID}:
  nsExec::ExecToStack '"${PYTHON}" -I -m duesheet addin ${VERB}'
  Pop $0
  Pop $1
  DetailPrint "$1"
  StrCmp $0 "0" done_${ID}
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$1" /SD IDCANCEL IDRETRY again_${ID}
  Goto ${ON_CANCEL}
  done_${ID}:
  !undef ID
!macroend

; Wherever the setup was asked to go, and wherever the uninstaller was copied to: only this one folder is ever touched.
Function .onInit
  SetShellVarContext current
  StrCpy $INSTDIR "${PLACE}"
FunctionEnd

Function un.onInit
  SetShellVarContext current
  StrCpy $INSTDIR "${PLACE}"
FunctionEnd

Section "Install"
  !insertmacro Surroundings
  RMDir /r "$INSTDIR\wheel"
  SetOutPath "$INSTDIR"
  File "/oname=uv.exe" "${UV}"
  File "/oname=uv-license.txt" "${UV_LICENSE}"
  File "/oname=license.txt" "${LICENSE}"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "${ENTRY}" "DisplayName" "${PRODUCT}"
  WriteRegStr HKCU "${ENTRY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${ENTRY}" "Publisher" "${PRODUCT} contributors"
  WriteRegStr HKCU "${ENTRY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${ENTRY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${ENTRY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${ENTRY}" "NoModify" 1
  WriteRegDWORD HKCU "${ENTRY}" "NoRepair" 1
  SetOutPath "$INSTDIR\wheel"
  File "/oname=${WHEEL_NAME}" "${WHEEL}"

  fetch:
  DetailPrint "Fetching Python and the libraries; this takes some minutes."
  nsExec::ExecToLog '"$INSTDIR\uv.exe" tool install --force --python ${PYTHON_VERSION} "$INSTDIR\wheel\${WHEEL_NAME}"'
  Pop $0
  StrCmp $0 "0" fetched
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "Python or a library could not be fetched or set up ($0). The list behind this window says why. Is the computer online, and may it reach GitHub and the Python Package Index? Is Excel closed?" /SD IDCANCEL IDRETRY fetch
  Goto failed
  fetched:
  !insertmacro Addin "install" failed

  SetOutPath "$DOCUMENTS"
  CreateShortcut "${SHORTCUT}" "$SYSDIR\cmd.exe" '/K "set "PATH=$INSTDIR\bin;%PATH%" & title ${PRODUCT} & duesheet --help"'
  Goto end
  failed:
  SetErrorLevel 2
  Abort "${PRODUCT} is not set up. Run the setup again, or take away what is there: Settings, Apps, ${PRODUCT}."
  end:
SectionEnd

Section "Uninstall"
  IfFileExists "${PYTHON}" 0 files
  !insertmacro Addin "remove" failed
  IfFileExists "$LOCALAPPDATA\duesheet\duesheet\libreoffice.json" 0 files
  !insertmacro Addin "remove --libreoffice" files

  files:
  SetOutPath "$TEMP"
  RMDir /r "$INSTDIR\tools"
  RMDir /r "$INSTDIR\python"
  RMDir /r "$INSTDIR\bin"
  RMDir /r "$INSTDIR\wheel"
  IfFileExists "$INSTDIR\tools\*.*" busy
  IfFileExists "$INSTDIR\python\*.*" busy
  Delete "$INSTDIR\uv.exe"
  Delete "$INSTDIR\uv-license.txt"
  Delete "$INSTDIR\license.txt"
  Delete "${SHORTCUT}"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegKey HKCU "${ENTRY}"
  Goto end
  busy:
  MessageBox MB_OK|MB_ICONEXCLAMATION "Some files of ${PRODUCT} are in use. Close Excel, and take it away again." /SD IDOK
  failed:
  SetErrorLevel 2
  Abort "${PRODUCT} was not taken away whole. Close Excel, and do it again: Settings, Apps, ${PRODUCT}."
  end:
SectionEnd
