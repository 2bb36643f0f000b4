Attribute VB_Name = "ThisWorkbook"
Option Explicit

' The buttons are looked at again whenever another workbook comes to the front.
Private WithEvents mExcel As Application

Private Sub Workbook_Open()
    Set mExcel = Application
End Sub

Private Sub mExcel_WorkbookActivate(ByVal Wb As Workbook)
    RefreshRibbon
End Sub

Private Sub mExcel_WorkbookDeactivate(ByVal Wb As Workbook)
    RefreshRibbon
End Sub

Private Sub mExcel_SheetActivate(ByVal Sh As Object)
    RefreshRibbon
End Sub
